// Owns what bad requests get: the right status, the field named, and a server that goes on.
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Tern.Engine;

namespace Tern.Server.Tests;

public class RefusalTests
{
    private const string Chat = "/v1/chat/completions";
    private const string Complete = "/v1/completions";

    public static TheoryData<string, string, string?> BadBodies =>
        new()
        {
            { Chat, "", null },
            { Chat, "{", null },
            { Chat, "[]", null },
            { Chat, """{"messages":[],"messages":[]}""", null },
            { Chat, new string('[', 5000), null },
            { Chat, "{}", "messages" },
            { Chat, """{"messages":[]}""", "messages" },
            { Chat, """{"messages":"hi"}""", "messages" },
            { Chat, """{"messages":[1]}""", "messages[0]" },
            { Chat, """{"messages":[{"content":"x"}]}""", "messages[0].role" },
            { Chat, """{"messages":[{"role":"king","content":"x"}]}""", "messages[0].role" },
            { Chat, """{"messages":[{"role":"user"}]}""", "messages[0].content" },
            { Chat, """{"messages":[{"role":"user","content":7}]}""", "messages[0].content" },
            {
                Chat,
                """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]}""",
                "messages[0].content[0].type"
            },
            { Chat, """{"messages":[{"role":"user","content":"\ud800"}]}""", "messages[0].content" },
            {
                Chat,
                """{"messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{"}}]}]}""",
                "messages[0].tool_calls[0].function.arguments"
            },
            { Chat, """{"messages":[{"role":"assistant","tool_calls":[3]}]}""", "messages[0].tool_calls[0]" },
            { Chat, With(""" "temperature": -1 """), "temperature" },
            { Chat, With(""" "temperature": "hot" """), "temperature" },
            { Chat, With(""" "temperature": 1e400 """), "temperature" },
            { Chat, With(""" "top_p": 1.5 """), "top_p" },
            { Chat, With(""" "n": 0 """), "n" },
            { Chat, With(""" "n": 1000000000 """), "n" },
            { Chat, With(""" "n": 1.5 """), "n" },
            { Chat, With(""" "max_tokens": -5 """), "max_tokens" },
            { Chat, With(""" "max_tokens": 99999999999999999999 """), "max_tokens" },
            { Chat, With(""" "seed": 1e300 """), "seed" },
            { Chat, With(""" "top_k": -7 """), "top_k" },
            { Chat, With(""" "stop": "" """), "stop" },
            { Chat, With(""" "stop": ["a", 1] """), "stop[1]" },
            { Chat, With($""" "stop": [{string.Join(',', Enumerable.Repeat("\"x\"", 10_000))}] """), "stop" },
            { Chat, With(""" "logit_bias": {"999999": 1} """), "logit_bias.999999" },
            { Chat, With(""" "logit_bias": {"1": 1e9} """), "logit_bias.1" },
            { Chat, With(""" "top_logprobs": 3 """), "top_logprobs" },
            { Chat, With(""" "logprobs": true, "top_logprobs": 100000 """), "top_logprobs" },
            { Chat, With(""" "stream_options": {"include_usage": true} """), "stream_options" },
            { Chat, With(""" "response_format": {"type": "json_schema"} """), "response_format.type" },
            { Chat, With(""" "tools": [{"type":"function"}] """), "tools[0].function" },
            { Chat, With(""" "tool_choice": "required" """), "tool_choice" },
            { Chat, With(""" "chat_template_kwargs": {"messages": []} """), "chat_template_kwargs.messages" },
            { Complete, "{}", "prompt" },
            { Complete, """{"prompt":[]}""", "prompt" },
            { Complete, """{"prompt":[-1]}""", "prompt[0]" },
            { Complete, """{"prompt":[258]}""", "prompt[0]" },
            { Complete, """{"prompt":["a",{}]}""", "prompt[1]" },
            { Complete, """{"prompt":"a","best_of":3}""", "best_of" },
            { Complete, """{"prompt":"a","suffix":"b"}""", "suffix" },
            { "/v1/embeddings", """{"input":"x","encoding_format":"zip"}""", "encoding_format" },
            { "/tokenize", "{}", "prompt" },
            { "/detokenize", """{"tokens":[99999]}""", "tokens[0]" },
        };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_bad_body_gets_a_400_that_names_the_field(string route, string body, string? parameter)
    {
        await using var server = await RunningServer.StartAsync();
        using var response = await server.PostAsync(route, body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal("invalid_request_error", (string?)error["type"]);
        Assert.Equal(parameter, (string?)error["param"]);
        Assert.False(string.IsNullOrWhiteSpace((string?)error["message"]));
        await server.PostOkAsync(Chat, With(""" "n": 1 """));
    }

    [Fact]
    public async Task Only_the_served_model_is_answered_for()
    {
        await using var server = await RunningServer.StartAsync();
        using var response = await server.PostAsync(Chat, With(""" "model": "gpt-4" """));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("model_not_found", await CodeOf(response));
    }

    [Fact]
    public async Task Other_media_types_unknown_routes_and_wrong_methods_are_told_so()
    {
        await using var server = await RunningServer.StartAsync();
        using var text = await server.Client.PostAsync(
            Chat,
            new StringContent(With(""" "n": 1 """), Encoding.UTF8, "text/plain")
        );
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
        using var missing = await server.Client.GetAsync("/v2/nothing");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal("unknown_url", await CodeOf(missing));
        using var wrongMethod = await server.Client.GetAsync(Chat);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, wrongMethod.StatusCode);
        Assert.Equal("unknown_url", await CodeOf(wrongMethod));
    }

    [Fact]
    public async Task A_body_over_the_limit_gets_a_413()
    {
        await using var server = await RunningServer.StartAsync(new ServerOptions { MaxBodyBytes = 1000 });
        using var response = await server.PostAsync(Complete, $$"""{"prompt":"{{new string('a', 2000)}}"}""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_full_queue_gets_a_429_with_retry_after()
    {
        var full = new RequestRejectedException(RejectionReason.QueueFull, parameter: null, "the queue is full");
        await using var server = await RunningServer.StartAsync(engine: new ScriptedEngine { Failure = full });
        foreach (string stream in (string[])["false", "true"])
        {
            using var response = await server.PostAsync(Chat, With($""" "stream": {stream} """));
            Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter);
        }
    }

    [Fact]
    public async Task A_prompt_beyond_the_context_gets_a_400()
    {
        var tooLong = new RequestRejectedException(
            RejectionReason.ContextLengthExceeded,
            "messages",
            "9 tokens exceed the context of 8"
        );
        await using var server = await RunningServer.StartAsync(engine: new ScriptedEngine { Failure = tooLong });
        using var response = await server.PostAsync(Chat, With(""" "n": 1 """));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("context_length_exceeded", await CodeOf(response));
    }

    [Fact]
    public async Task A_request_over_its_time_gets_a_504_and_leaves_the_engine()
    {
        var engine = new ScriptedEngine { BeforeToken = token => Task.Delay(Timeout.Infinite, token) };
        await using var server = await RunningServer.StartAsync(
            new ServerOptions { RequestTimeout = TimeSpan.FromMilliseconds(200) },
            engine
        );
        using var response = await server.PostAsync(Chat, With(""" "n": 1 """));
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal(0, engine.Active);
    }

    [Fact]
    public async Task A_failure_inside_a_stream_ends_it_with_an_error_and_no_end_mark()
    {
        var engine = new ScriptedEngine { Failure = new InvalidOperationException("secret 0x7f12"), FailAt = 3 };
        await using var server = await RunningServer.StartAsync(engine: engine);
        var events = await server.PostStreamAsync(Chat, With(""" "stream": true """));
        Assert.DoesNotContain("[DONE]", events);
        Assert.Equal("server_error", (string?)JsonNode.Parse(events[^1])!["error"]!["type"]);
        Assert.DoesNotContain("secret", events[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_frees_the_engine()
    {
        var engine = new ScriptedEngine
        {
            BeforeToken = token => Task.Delay(50, token),
            Answer = new string('x', 1000),
        };
        await using var server = await RunningServer.StartAsync(engine: engine);
        using var leave = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, Chat)
        {
            Content = new StringContent(With(""" "stream": true """), Encoding.UTF8, "application/json"),
        };
        using var response = await server.Client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            leave.Token
        );
        Assert.Equal(1, engine.Active);
        response.Dispose();
        for (int i = 0; i < 3000 && engine.Active > 0; i++)
            await Task.Delay(20);
        Assert.Equal(0, engine.Active);
    }

    [Fact]
    public async Task A_model_without_template_refuses_conversations_and_completes_prompts()
    {
        await using var server = await RunningServer.StartAsync(withTemplate: false);
        using var response = await server.PostAsync(Chat, With(""" "n": 1 """));
        Assert.Equal("no_chat_template", await CodeOf(response));
        await server.PostOkAsync(Complete, """{"prompt":"a"}""");
    }

    [Theory]
    [InlineData("GET", "/v1/models")]
    [InlineData("GET", "/v1/models/scripted")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/nothing")]
    [InlineData("POST", "/v1/chat/completions")]
    [InlineData("POST", "/v1/completions")]
    [InlineData("POST", "/v1/embeddings")]
    [InlineData("POST", "/tokenize")]
    [InlineData("POST", "/detokenize")]
    public async Task Without_a_key_every_route_but_health_is_closed(string method, string route)
    {
        await using var server = await RunningServer.StartAsync(new ServerOptions { ApiKeys = ["first", "second"] });
        foreach (string? authorization in (string?[])[null, "Bearer wrong", "Basic first", "Bearer ", "first"])
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), route);
            if (authorization is not null)
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var response = await server.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("invalid_api_key", await CodeOf(response));
        }
        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "second");
        using var opened = await server.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), route));
        Assert.NotEqual(HttpStatusCode.Unauthorized, opened.StatusCode);
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("tern.internal", HttpStatusCode.OK)]
    public async Task A_foreign_host_name_is_refused(string host, HttpStatusCode expected)
    {
        await using var server = await RunningServer.StartAsync(new ServerOptions { AllowedHosts = ["tern.internal"] });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Host = host;
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    private static string With(string fields) => $$"""{"messages":[{"role":"user","content":"hi"}],{{fields}}}""";

    private static async Task<string?> CodeOf(HttpResponseMessage response) =>
        (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["code"];
}
