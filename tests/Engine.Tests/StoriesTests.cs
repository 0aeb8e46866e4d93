// Owns the tests on a real trained model: the golden text, stop conditions, and what the door refuses.
using System.Text.Json.Nodes;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Testing;

namespace Tern.Engine.Tests;

public class StoriesTests
{
    private static readonly SamplingParams Greedy = new() { Temperature = 0 };

    private static (int[] Prompt, int[] Ids, string Text, string PromptText) Golden()
    {
        var json = JsonNode.Parse(File.ReadAllText(SharedData.PathOf("models", "stories260K", "golden.json")))!;
        return (
            [.. json["prompt_ids"]!.AsArray().Select(x => (int)x!)],
            [.. json["ids"]!.AsArray().Select(x => (int)x!)],
            (string)json["text"]!,
            (string)json["prompt"]!
        );
    }

    [SharedFact]
    public async Task Greedy_text_is_the_golden_text()
    {
        var (prompt, ids, text, promptText) = Golden();
        await using var engine = LlmEngine.Load(
            TinyModels.Stories,
            new EngineOptions { KvCacheType = Tensors.DType.F32 }
        );
        Assert.Equal(prompt, engine.Tokenizer.Encode(promptText));
        var sampling = Greedy with { MaxTokens = ids.Length };
        var answer = Assert.Single(await engine.RunAsync(TinyModels.Request(prompt, sampling)));
        Assert.Equal(ids, answer.Tokens);
        Assert.StartsWith(text, answer.Text, StringComparison.Ordinal);
        Assert.Equal(FinishReason.Length, answer.Finish);
        Assert.Equal(ids.Length, answer.Usage.CompletionTokens);
        Assert.Equal(prompt.Length, answer.Usage.PromptTokens);
        Assert.True(answer.Usage is { QueueMs: >= 0, PrefillMs: >= 0, DecodeMs: >= 0 });
    }

    [SharedFact]
    public async Task Stop_strings_end_the_text_before_them_wherever_tokens_cut()
    {
        var (prompt, ids, text, _) = Golden();
        await using var engine = LlmEngine.Load(
            TinyModels.Stories,
            new EngineOptions { KvCacheType = Tensors.DType.F32 }
        );
        foreach (string stop in new[] { "girl", "named Li", "She loved", "k. One", ", ", "ly.", "\n", "park. O" })
        {
            var sampling = Greedy with { MaxTokens = 90, Stop = ["never said", stop] };
            var answer = Assert.Single(await engine.RunAsync(TinyModels.Request(prompt, sampling)));
            Assert.Equal(text[..text.IndexOf(stop, StringComparison.Ordinal)], answer.Text);
            Assert.Equal(FinishReason.Stop, answer.Finish);
            Assert.Equal(stop, answer.StopReason);
            Assert.Equal(ids.Take(answer.Tokens.Count), answer.Tokens);
            Assert.Equal(answer.Tokens.Count, answer.Usage.CompletionTokens);
        }
    }

    [SharedFact]
    public async Task Stop_tokens_end_the_answer_unless_it_is_too_short()
    {
        var (prompt, ids, _, _) = Golden();
        await using var engine = LlmEngine.Load(
            TinyModels.Stories,
            new EngineOptions { KvCacheType = Tensors.DType.F32 }
        );
        var sampling = Greedy with { MaxTokens = 30, StopTokenIds = [ids[5]] };
        var answer = Assert.Single(await engine.RunAsync(TinyModels.Request(prompt, sampling)));
        Assert.Equal(ids.Take(6), answer.Tokens);
        Assert.Equal(FinishReason.Stop, answer.Finish);
        Assert.Equal(engine.Tokenizer.GetText(ids[5]), answer.StopReason);
        answer = Assert.Single(await engine.RunAsync(TinyModels.Request(prompt, sampling with { MinTokens = 10 })));
        Assert.Equal(ids.Take(5), answer.Tokens.Take(5));
        Assert.DoesNotContain(ids[5], answer.Tokens.Take(10));
    }

    [SharedFact]
    public async Task The_answer_ends_with_the_context_and_a_prompt_that_fills_it_is_refused()
    {
        var (prompt, _, _, _) = Golden();
        await using var engine = LlmEngine.Load(TinyModels.Stories, new EngineOptions { ContextLength = 32 });
        Assert.Equal(32, engine.Info.ContextLength);
        var answer = Assert.Single(await engine.RunAsync(TinyModels.Request(prompt, Greedy with { IgnoreEos = true })));
        Assert.Equal(32 - prompt.Length, answer.Tokens.Count);
        Assert.Equal(FinishReason.Length, answer.Finish);
        var error = await Assert.ThrowsAsync<RequestRejectedException>(() =>
            engine.RunAsync(TinyModels.Request([.. Enumerable.Repeat(5, 40)], Greedy))
        );
        Assert.Equal(RejectionReason.ContextLengthExceeded, error.Reason);
        Assert.Contains("40", error.Message, StringComparison.Ordinal);
        Assert.Contains("32", error.Message, StringComparison.Ordinal);
    }

    [SharedFact]
    public async Task Bad_requests_are_refused_with_the_field_and_the_engine_goes_on()
    {
        await using var engine = LlmEngine.Load(TinyModels.Stories);
        foreach (
            var (request, parameter) in new (GenerationRequest, string)[]
            {
                (TinyModels.Request([], Greedy), "prompt"),
                (TinyModels.Request([1, 512], Greedy), "prompt"),
                (TinyModels.Request([1, -1], Greedy), "prompt"),
                (TinyModels.Request([1], Greedy with { TopP = float.NaN }), "top_p"),
                (TinyModels.Request([1], Greedy with { N = 100 }), "n"),
                (TinyModels.Request([1], Greedy with { MinTokens = 10_000 }), "min_tokens"),
            }
        )
        {
            var error = await Assert.ThrowsAsync<RequestRejectedException>(() => engine.RunAsync(request));
            Assert.Equal(parameter, error.Parameter);
        }
        var embedding = await Assert.ThrowsAsync<RequestRejectedException>(() => engine.EmbedAsync([1, 2]));
        Assert.Equal(RejectionReason.NotSupported, embedding.Reason);
        var answer = Assert.Single(await engine.RunAsync(TinyModels.Request([1], Greedy with { MaxTokens = 3 })));
        Assert.Equal(3, answer.Tokens.Count);
        Assert.Equal(0, engine.Stats.UsedBlocks);
    }

    [SharedFact]
    public async Task Two_requests_of_one_id_at_a_time_are_one_too_many()
    {
        await using var engine = LlmEngine.Load(TinyModels.Stories);
        var request = TinyModels.Request([1], Greedy with { MaxTokens = 200, IgnoreEos = true }) with { Id = "same" };
        await using var first = engine.GenerateAsync(request).GetAsyncEnumerator();
        Assert.True(await first.MoveNextAsync());
        var error = await Assert.ThrowsAsync<RequestRejectedException>(() => engine.RunAsync(request));
        Assert.Equal("request_id", error.Parameter);
        while (await first.MoveNextAsync()) { }
        await engine.RunAsync(request);
    }
}
