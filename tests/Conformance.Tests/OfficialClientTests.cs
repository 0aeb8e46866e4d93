// Owns the proof that OpenAI's own clients, .NET and JavaScript, work against Tern unchanged.
using System.ClientModel;
using System.Diagnostics;
using System.Text;
using OpenAI;
using OpenAI.Chat;
using Tern.Testing;

namespace Tern.Conformance.Tests;

public class OfficialClientTests
{
    [SharedFact]
    public async Task The_dotnet_client_passes_every_scenario()
    {
        await using var tern = await TernProcess.ServeAsync();
        var texts = new Dictionary<string, string>();
        foreach (var scenario in Scenario.Load())
        {
            var client = new OpenAIClient(
                new ApiKeyCredential(scenario.ApiKey ?? TernProcess.ApiKey),
                new OpenAIClientOptions { Endpoint = new Uri(tern.Address, "/v1") }
            );
            var outcome = await OutcomeAsync(client, scenario);
            texts[scenario.Name] = outcome.Text;
            Check(scenario, outcome, texts);
        }
    }

    [PeerFact]
    public async Task The_javascript_client_passes_every_scenario()
    {
        await using var tern = await TernProcess.ServeAsync();
        string script = Path.Combine(Peers.Folder, "scenarios.mjs");
        var start = new ProcessStartInfo(
            "node",
            [script, Scenario.Path, new Uri(tern.Address, "/v1").ToString(), TernProcess.ApiKey]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync();
        var errors = node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(300));
        Assert.True(node.ExitCode == 0, $"{await output}{await errors}");
        Assert.Contains($"{Scenario.Load().Count} scenarios passed", await output, StringComparison.Ordinal);
    }

    private static async Task<Outcome> OutcomeAsync(OpenAIClient client, Scenario scenario)
    {
        try
        {
            return scenario.Api switch
            {
                "models" => new Outcome
                {
                    Text = string.Join(
                        ' ',
                        (await client.GetOpenAIModelClient().GetModelsAsync()).Value.Select(model => model.Id)
                    ),
                },
                "embeddings" => new Outcome
                {
                    Text = (
                        await client.GetEmbeddingClient("stories260K").GenerateEmbeddingAsync(scenario.Input)
                    ).Value.Index.ToString(),
                },
                "chat" when scenario.Stream => await StreamAsync(client, scenario),
                _ => Whole(
                    (
                        await client
                            .GetChatClient(scenario.Model ?? "stories260K")
                            .CompleteChatAsync(Messages(scenario), Options(scenario))
                    ).Value
                ),
            };
        }
        catch (ClientResultException error)
        {
            return new Outcome { Status = error.Status, Error = error.Message };
        }
    }

    private static Outcome Whole(ChatCompletion answer) =>
        new()
        {
            Text = string.Concat(answer.Content.Select(part => part.Text)),
            Finish = answer.FinishReason,
            PromptTokens = answer.Usage.InputTokenCount,
            CompletionTokens = answer.Usage.OutputTokenCount,
            Logprobs = answer.ContentTokenLogProbabilities.Count,
            TopLogprobs = answer.ContentTokenLogProbabilities is [var first, ..] ? first.TopLogProbabilities.Count : 0,
        };

    private static async Task<Outcome> StreamAsync(OpenAIClient client, Scenario scenario)
    {
        var text = new StringBuilder();
        var outcome = new Outcome();
        await foreach (
            var update in client
                .GetChatClient(scenario.Model ?? "stories260K")
                .CompleteChatStreamingAsync(Messages(scenario), Options(scenario))
        )
        {
            text.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            outcome.Finish = update.FinishReason ?? outcome.Finish;
            outcome.PromptTokens = update.Usage?.InputTokenCount ?? outcome.PromptTokens;
            outcome.CompletionTokens = update.Usage?.OutputTokenCount ?? outcome.CompletionTokens;
        }
        outcome.Text = text.ToString();
        return outcome;
    }

    private static List<ChatMessage> Messages(Scenario scenario) =>
        [
            .. scenario.Messages.Select(message =>
                message.Role == "system"
                    ? (ChatMessage)new SystemChatMessage(message.Text)
                    : new UserChatMessage(message.Text)
            ),
        ];

    private static ChatCompletionOptions Options(Scenario scenario)
    {
        var options = new ChatCompletionOptions
        {
            MaxOutputTokenCount = scenario.MaxTokens,
            Temperature = scenario.Temperature,
            TopP = scenario.TopP,
#pragma warning disable OPENAI001 // The seed is marked experimental in the client, not in the protocol.
            Seed = scenario.Seed,
#pragma warning restore OPENAI001
            IncludeLogProbabilities = scenario.Logprobs ? true : null,
            TopLogProbabilityCount = scenario.TopLogprobs,
        };
        foreach (string stop in scenario.Stop)
            options.StopSequences.Add(stop);
        return options;
    }

    private static void Check(Scenario scenario, Outcome outcome, Dictionary<string, string> texts)
    {
        var expect = scenario.Expect;
        Assert.True(expect.Status == outcome.Status, $"{scenario.Name}: status {outcome.Status}, {outcome.Error}");
        if (expect.Mentions is { } mention)
            Assert.Contains(mention, outcome.Error, StringComparison.Ordinal);
        if (expect.Contains is { } part)
            Assert.Contains(part, outcome.Text, StringComparison.Ordinal);
        if (expect.Text is { } text)
            Assert.Equal(text, outcome.Text);
        if (expect.SameTextAs is { } other)
            Assert.Equal(texts[other], outcome.Text);
        if (expect.Finish is { } finish)
            Assert.Equal(finish, outcome.Finish.ToString()!.ToLowerInvariant());
        if (expect.PromptTokens is { } promptTokens)
            Assert.Equal(promptTokens, outcome.PromptTokens);
        if (expect.CompletionTokens is { } completionTokens)
            Assert.Equal(completionTokens, outcome.CompletionTokens);
        if (expect.Logprobs is { } logprobs)
            Assert.Equal(logprobs, outcome.Logprobs);
        if (expect.TopLogprobs is { } top)
            Assert.Equal(top, outcome.TopLogprobs);
    }

    private sealed record Outcome
    {
        public string Text { get; set; } = "";
        public ChatFinishReason? Finish { get; set; }
        public int PromptTokens { get; set; }
        public int CompletionTokens { get; set; }
        public int Logprobs { get; init; }
        public int TopLogprobs { get; init; }
        public int? Status { get; init; }
        public string? Error { get; init; }
    }
}
