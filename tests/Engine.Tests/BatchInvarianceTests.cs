// Owns the tests that a request's tokens depend on nothing but the request.
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Tensors;
using Tern.Testing;

namespace Tern.Engine.Tests;

public class BatchInvarianceTests
{
    /// <summary>Requests of many lengths with a shared prefix here and there, greedy and seeded, one and several answers.</summary>
    private static GenerationRequest[] Requests(int vocabulary, int context)
    {
        var random = new Random(11);
        int[] shared = [.. Enumerable.Range(0, 20).Select(_ => random.Next(3, vocabulary))];
        return
        [
            .. Enumerable
                .Range(0, 10)
                .Select(i => new GenerationRequest
                {
                    Id = $"r{i}",
                    Prompt =
                    [
                        .. i % 2 == 0 ? shared : [],
                        .. Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(3, vocabulary)),
                    ],
                    Sampling = new SamplingParams
                    {
                        Temperature =
                            i % 5 == 4 ? 4
                            : i % 3 == 0 ? 0
                            : 0.8f,
                        TopP = i % 3 == 1 ? 0.9f : 1,
                        TopK = i % 3 == 2 ? 20 : 0,
                        RepetitionPenalty = i % 4 == 0 ? 1.1f : 1,
                        Seed = (ulong)i,
                        MaxTokens = Math.Min(random.Next(5, 25), context - 61),
                        IgnoreEos = true,
                        N = i % 5 == 4 ? 3 : 1,
                        Logprobs = i % 4 == 1 ? 2 : null,
                    },
                }),
        ];
    }

    private static async Task<Dictionary<string, string>> Run(string path, EngineOptions options, bool together)
    {
        await using var engine = LlmEngine.Load(path, options);
        var requests = Requests(engine.Info.VocabularySize, engine.Info.ContextLength);
        var results = new Dictionary<string, string>();
        var tasks = new List<Task<Answer[]>>();
        foreach (var request in requests)
        {
            tasks.Add(engine.RunAsync(request));
            if (!together)
                await tasks[^1];
        }
        for (int i = 0; i < tasks.Count; i++)
            foreach (var (index, answer) in (await tasks[i]).Index())
                results[$"{requests[i].Id}.{index}"] =
                    string.Join(' ', answer.Tokens) + " | " + string.Join(' ', answer.Logprobs.Select(x => x.Logprob));
        Assert.Equal(0, engine.Stats.UsedBlocks);
        return results;
    }

    [SharedTheory]
    [InlineData("llama")]
    [InlineData("qwen3")]
    [InlineData("gemma2")]
    [InlineData("mixtral")]
    [InlineData("llama-256-Q4_K_M")]
    [InlineData("deepseek2-lite")]
    public async Task Tokens_are_the_same_alone_together_in_small_chunks_on_more_threads_without_cache_and_when_preempted(
        string model
    )
    {
        string path = TinyModels.Conformance(model);
        var plain = new EngineOptions { Threads = 1, EnablePrefixCaching = false };
        var alone = await Run(path, plain, together: false);
        Assert.NotEqual(alone["r4.0"], alone["r4.1"]);
        foreach (
            var (what, options) in new (string, EngineOptions)[]
            {
                ("together", plain),
                ("two threads and prefix cache", new EngineOptions { Threads = 2 }),
                (
                    "chunks of 8 tokens",
                    new EngineOptions
                    {
                        MaxBatchTokens = 8,
                        MaxSequences = 8,
                        BlockSize = 4,
                    }
                ),
                ("chunks of 23 tokens", plain with { MaxBatchTokens = 23, MaxSequences = 5 }),
            }
        )
            Same(what, alone, await Run(path, options, together: true));
        Same("twice with prefix cache", alone, await Run(path, new EngineOptions { Threads = 1 }, together: false));
    }

    [SharedTheory]
    [InlineData("llama-256-Q4_K_M", DType.Q8_0)]
    [InlineData("gemma2", DType.Q8_0)]
    [InlineData("deepseek2-lite", DType.BF16)]
    public async Task A_rounded_cache_changes_no_token_of_a_batch_either(string model, DType type)
    {
        string path = TinyModels.Conformance(model);
        var plain = new EngineOptions
        {
            Threads = 1,
            EnablePrefixCaching = false,
            KvCacheType = type,
        };
        var alone = await Run(path, plain, together: false);
        Same("together", alone, await Run(path, plain with { Threads = 2 }, together: true));
        var chunks = plain with { MaxBatchTokens = 8, MaxSequences = 8, EnablePrefixCaching = true };
        Same("chunks of 8 tokens", alone, await Run(path, chunks, together: true));
    }

    [SharedTheory]
    [InlineData("llama")]
    [InlineData("gemma2")]
    public async Task A_pool_too_small_for_all_preempts_and_changes_no_token(string model)
    {
        string path = TinyModels.Conformance(model);
        var alone = await Run(path, new EngineOptions { EnablePrefixCaching = false }, together: false);
        foreach (bool cache in new[] { true, false })
        {
            long block;
            await using (var probe = LlmEngine.Load(path, new EngineOptions { BlockSize = 4 }))
                block = probe.Limits.KvBytes / probe.Limits.BlockCount;
            var tiny = new EngineOptions
            {
                BlockSize = 4,
                KvCacheBytes = block * 40,
                EnablePrefixCaching = cache,
            };
            await using (var engine = LlmEngine.Load(path, tiny))
            {
                var requests = Requests(engine.Info.VocabularySize, engine.Info.ContextLength);
                await Task.WhenAll(requests.Select(r => engine.RunAsync(r)));
                Assert.True(engine.Stats.Preemptions > 0, "the pool is small enough to preempt");
            }
            Same($"preempted, cache {cache}", alone, await Run(path, tiny, together: true));
        }
    }

    private static void Same(string what, Dictionary<string, string> expected, Dictionary<string, string> actual)
    {
        foreach (var (answer, tokens) in expected)
            Assert.True(
                actual[answer] == tokens,
                $"{what}: answer {answer} is\n{actual[answer]}\ninstead of\n{tokens}"
            );
    }
}
