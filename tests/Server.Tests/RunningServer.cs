// Owns a server on a free loopback port for the length of a test.
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Tern.Tokenizers.Chat;

namespace Tern.Server.Tests;

internal sealed class RunningServer : IAsyncDisposable
{
    public const string Template =
        "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% if m.tool_calls %}{{ m.tool_calls | tojson }}{% endif %}{% endfor %}{% if tools %}[tools]{% endif %}";

    private RunningServer(WebApplication app, ScriptedEngine engine)
    {
        App = app;
        Engine = engine;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(120) };
    }

    public WebApplication App { get; }

    public ScriptedEngine Engine { get; }

    public HttpClient Client { get; }

    public static async Task<RunningServer> StartAsync(
        ServerOptions? options = null,
        ScriptedEngine? engine = null,
        bool withTemplate = true
    )
    {
        engine ??= new ScriptedEngine();
        var model = new ServedModel
        {
            Engine = engine,
            Tokenizer = new ByteTokenizer(),
            ChatTemplate = withTemplate ? ChatTemplate.Parse(Template) : null,
        };
        var app = TernServer.Build(
            (options ?? new ServerOptions()) with
            {
                Urls = ["http://127.0.0.1:0"],
            },
            model,
            builder => builder.Logging.ClearProviders()
        );
        await app.StartAsync();
        return new RunningServer(app, engine);
    }

    public Task<HttpResponseMessage> PostAsync(string route, string json) =>
        Client.PostAsync(route, new StringContent(json, Encoding.UTF8, "application/json"));

    public async Task<JsonNode> PostOkAsync(string route, string json)
    {
        using var response = await PostAsync(route, json);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    public async Task<List<string>> PostStreamAsync(string route, string json)
    {
        using var response = await PostAsync(route, json);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        string text = await response.Content.ReadAsStringAsync();
        return [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line["data: ".Length..])];
    }

    public async Task<JsonNode> GetJsonAsync(string route) => (await Client.GetFromJsonAsync<JsonNode>(route))!;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }
}
