// Owns the tests of the whole engine on small real models: load, many clients, drain, disposal, embeddings, sizing.
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Tern.Engine.Execution;
using Tern.Engine.Loading;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Formats;
using Tern.Testing;

namespace Tern.Engine.Tests;

public class LlmEngineTests
{
    private static SamplingParams Seeded(int i) =>
        new()
        {
            Seed = (ulong)i,
            MaxTokens = 10 + i % 30,
            IgnoreEos = true,
            Temperature = i % 2,
        };

    [SharedFact]
    public async Task Many_clients_a_third_of_whom_leave_get_what_they_get_alone_and_leave_no_block()
    {
        await using var engine = LlmEngine.Load(
            TinyModels.Stories,
            new EngineOptions { MaxSequences = 16, KvCacheBytes = 1 << 20 }
        );
        var requests = Enumerable
            .Range(0, 40)
            .Select(i =>
                TinyModels.Request(
                    [1, .. Enumerable.Range(0, 1 + i % 17).Select(j => 3 + (i * 31 + j * 7) % 500)],
                    Seeded(i)
                )
            )
            .ToArray();
        var alone = new List<List<int>>();
        foreach (var request in requests)
            alone.Add((await engine.RunAsync(request))[0].Tokens);

        async Task Client(int i)
        {
            using var patience = new CancellationTokenSource();
            var tokens = new List<int>();
            try
            {
                await foreach (var output in engine.GenerateAsync(requests[i], patience.Token))
                {
                    tokens.AddRange(output.Tokens);
                    if (i % 3 == 0 && tokens.Count > i / 3)
                        await patience.CancelAsync();
                }
                Assert.Equal(alone[i], tokens);
            }
            catch (OperationCanceledException)
            {
                Assert.Equal(0, i % 3);
                Assert.Equal(alone[i].Take(tokens.Count), tokens);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, requests.Length).Select(i => Task.Run(() => Client(i))));
        await engine.DrainAsync();
        var stats = engine.Stats;
        Assert.Equal(0, stats.UsedBlocks);
        Assert.Equal(0, stats.Running + stats.Waiting);
        Assert.True(stats.PrefixHits <= stats.PrefixQueries);
        Assert.True(stats.GenerationTokens >= alone.Sum(tokens => tokens.Count));
    }

    [SharedFact]
    public async Task An_answer_that_goes_on_from_its_beginning_is_the_one_it_would_have_been()
    {
        await using var engine = LlmEngine.Load(TinyModels.Stories, new EngineOptions { KvCacheBytes = 1 << 20 });
        int[] prompt = [1, 40, 50];
        var sampling = new SamplingParams
        {
            Seed = 7,
            N = 3,
            MaxTokens = 24,
            MinTokens = 20,
            FrequencyPenalty = 0.9f,
            PresencePenalty = 0.4f,
            RepetitionPenalty = 1.2f,
            Dry = new DryOptions { Multiplier = 1 },
            Logprobs = 0,
        };
        var whole = await engine.RunAsync(TinyModels.Request(prompt, sampling));
        for (int answer = 0; answer < 3; answer++)
        {
            var tokens = whole[answer].Tokens;
            for (int begun = 0; begun < tokens.Count; begun += 3)
            {
                var rest = sampling with
                {
                    N = 1,
                    FirstAnswer = answer,
                    AnsweredTokens = begun,
                    MaxTokens = 24 - begun,
                };
                var request = TinyModels.Request([.. prompt, .. tokens.Take(begun)], rest);
                Assert.Equal(tokens.Skip(begun), (await engine.RunAsync(request))[0].Tokens);
            }
        }
    }

    [SharedFact]
    public async Task Weights_of_a_file_do_not_change()
    {
        await using var engine = LlmEngine.Load(TinyModels.Stories, new EngineOptions { KvCacheBytes = 1 << 20 });
        var error = await Assert.ThrowsAsync<NotSupportedException>(() =>
            engine.UpdateWeightsAsync(() => Assert.Fail("changed"))
        );
        Assert.Contains("in memory", error.Message, StringComparison.Ordinal);
    }

    [SharedFact]
    public async Task An_answer_said_to_have_begun_before_its_prompt_is_refused()
    {
        await using var engine = LlmEngine.Load(TinyModels.Stories, new EngineOptions { KvCacheBytes = 1 << 20 });
        var request = TinyModels.Request([1, 40], new SamplingParams { AnsweredTokens = 2 });
        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => engine.RunAsync(request));
        Assert.Equal("answered_tokens", refused.Parameter);
    }

    [SharedFact]
    public async Task Every_system_that_an_engine_can_run_generates_the_same_tokens()
    {
        var answers = new List<string>();
        foreach (var system in EngineSystems.All)
        {
            await using var engine = LlmEngine.Load(
                TinyModels.Stories,
                new EngineOptions
                {
                    System = system.Name,
                    MaxSequences = 4,
                    KvCacheBytes = 1 << 19,
                }
            );
            var runs = Enumerable
                .Range(0, 6)
                .Select(i => engine.RunAsync(TinyModels.Request([1, 3 + i, 40 + i], Seeded(i))));
            var tokens = (await Task.WhenAll(runs)).SelectMany(answer => answer[0].Tokens);
            answers.Add(string.Join(' ', tokens));
            await engine.DrainAsync();
            Assert.Equal(0, engine.Stats.UsedBlocks);
        }
        Assert.Single(answers.Distinct());
    }

    [Fact]
    public void A_system_that_needs_more_than_one_device_is_refused_before_a_model_is_read()
    {
        var refused = Assert.Throws<EngineStartException>(() =>
            LlmEngine.Load("no-such-file.gguf", new EngineOptions { System = "distserve" })
        );
        Assert.Equal(nameof(EngineOptions.System), refused.Option);
        Assert.Contains("sarathi-serve", refused.Message, StringComparison.Ordinal);
    }

    [SharedFact]
    public void A_step_of_a_real_model_allocates_nothing()
    {
        using var model = LoadedModel.Open(TinyModels.Stories, new EngineOptions { Threads = 2 });
        using var runner = new ModelRunner(model.Network, model.Network.CreateCache(200, 16, Tensors.DType.F16));
        var scheduler = new Scheduling.Scheduler(
            new Scheduling.SchedulerOptions { BlockCount = 200, MaxSequences = 4 }
        );
        var meter = new EngineMeter(() => 0);
        var sampler = new Sampler(model.VocabularySize, model.Tokenizer.GetBytes);
        var steps = new StepExecutor(scheduler, runner, sampler, meter, () => 0);
        var admission = new RequestAdmission(model.Tokenizer, model.EndTokens, model.VocabularySize, 512, 4);
        for (int i = 0; i < 1; i++)
        {
            var sampling = Seeded(i) with { MaxTokens = 500, Temperature = 1, TopP = 0.9f, FrequencyPenalty = 0.1f };
            steps.Add(admission.Admit(TinyModels.Request([1], sampling), 0));
        }
        for (int i = 0; i < 300; i++)
            steps.Step();
        const int Steps = 150;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Steps; i++)
            Assert.True(steps.Step());
        // Between two doublings of the lists of tokens there is only the text that nobody reads here, two or three characters a
        // token. One object in a step has 24 bytes.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / (double)Steps, 0, 20);
    }

    [SharedFact]
    public async Task Leaving_the_enumeration_cancels_the_request()
    {
        await using var engine = LlmEngine.Load(TinyModels.Stories);
        await foreach (
            var output in engine.GenerateAsync(
                TinyModels.Request([1], new SamplingParams { IgnoreEos = true, MaxTokens = 500 })
            )
        )
            if (output.Tokens.Count > 0)
                break;
        await engine.DrainAsync();
        Assert.Equal(0, engine.Stats.UsedBlocks);
    }

    [SharedFact]
    public async Task Draining_lets_the_running_finish_and_refuses_the_new_and_disposal_cancels()
    {
        var engine = LlmEngine.Load(TinyModels.Stories);
        var long1 = TinyModels.Request(
            [1],
            new SamplingParams
            {
                IgnoreEos = true,
                Temperature = 0,
                MaxTokens = 60,
            }
        );
        await using var reader = engine.GenerateAsync(long1).GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync());
        var drained = engine.DrainAsync();
        var error = await Assert.ThrowsAsync<RequestRejectedException>(() => engine.RunAsync(long1));
        Assert.Equal(RejectionReason.ShuttingDown, error.Reason);
        await drained;
        int tokens = reader.Current.Tokens.Count;
        while (await reader.MoveNextAsync())
            tokens += reader.Current.Tokens.Count;
        Assert.Equal(60, tokens);
        await engine.DisposeAsync();
        await engine.DisposeAsync();

        engine = LlmEngine.Load(TinyModels.Stories);
        await using var cut = engine
            .GenerateAsync(long1 with { Sampling = long1.Sampling with { MaxTokens = 500 } })
            .GetAsyncEnumerator();
        Assert.True(await cut.MoveNextAsync());
        await engine.DisposeAsync();
        var last = cut.Current;
        while (await cut.MoveNextAsync())
            last = cut.Current;
        Assert.Contains(last.Finish, new FinishReason?[] { FinishReason.Cancelled, FinishReason.Length });
        error = await Assert.ThrowsAsync<RequestRejectedException>(() => engine.RunAsync(long1));
        Assert.Equal(RejectionReason.ShuttingDown, error.Reason);
    }

    [SharedFact]
    public async Task A_prompt_said_before_comes_from_the_prefix_cache_unless_that_is_off()
    {
        int[] prompt = [1, .. Enumerable.Range(0, 100).Select(i => 3 + i * 13 % 500)];
        foreach (bool on in new[] { true, false })
        {
            await using var engine = LlmEngine.Load(TinyModels.Stories, new EngineOptions { EnablePrefixCaching = on });
            var request = TinyModels.Request(prompt, Seeded(1));
            var first = (await engine.RunAsync(request))[0];
            var second = (await engine.RunAsync(request))[0];
            Assert.Equal(first.Tokens, second.Tokens);
            Assert.Equal(0, first.Usage.CachedTokens);
            Assert.Equal(on ? 96 : 0, second.Usage.CachedTokens);
            Assert.Equal(on, engine.Stats.PrefixHits > 0);
        }
    }

    [SharedFact]
    public async Task Weights_that_are_not_numbers_fail_requests_and_are_counted()
    {
        string path = SharedData.PathOf("conformance", "hostile-files", "model-weights-nan.gguf");
        await using var engine = LlmEngine.Load(path);
        await Assert.ThrowsAsync<SamplingException>(() => engine.RunAsync(TinyModels.Request([1, 2, 3], Seeded(1))));
        Assert.Equal(1, engine.Stats.CorruptedRequests);
        Assert.Equal(0, engine.Stats.UsedBlocks);
        Assert.Null(engine.Stats.Fault);
    }

    [SharedTheory]
    [InlineData("bert", "cls", "mean")]
    [InlineData("nomic-bert", "mean", "cls")]
    public async Task Embeddings_are_the_golden_ones_normalized_alone_and_together(
        string model,
        string first,
        string second
    )
    {
        string folder = SharedData.PathOf("conformance", "architectures", model);
        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "golden.json")))!;
        await using var engine = LlmEngine.Load(TinyModels.Conformance(model), new EngineOptions { Threads = 2 });
        Assert.False(engine.Info.CanGenerate);
        JsonNode[] texts = [.. golden["sequences"]!.AsObject().Select(pair => pair.Value!)];
        int[][] ids = [.. texts.Select(text => text["tokens"]!.AsArray().Select(x => (int)x!).ToArray())];
        var together = await Task.WhenAll(ids.Select(tokens => engine.EmbedAsync(tokens)));
        for (int i = 0; i < ids.Length; i++)
        {
            Assert.Equal(await engine.EmbedAsync(ids[i]), together[i]);
            Assert.Equal(1, together[i].Sum(x => (double)x * x), 1e-5);
            double Distance(string run)
            {
                string file = (string)texts[i]["runs"]![run]!["file"]!;
                var raw = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder, file))).ToArray();
                double norm = Math.Sqrt(raw.Sum(x => (double)x * x));
                return raw.Zip(together[i], (a, b) => Math.Abs(a / norm - b)).Max();
            }
            Assert.InRange(Math.Min(Distance(first), Distance(second)), 0, 1e-3);
        }
        var error = await Assert.ThrowsAsync<RequestRejectedException>(() =>
            engine.RunAsync(TinyModels.Request([1], Seeded(1)))
        );
        Assert.Equal(RejectionReason.NotSupported, error.Reason);
        error = await Assert.ThrowsAsync<RequestRejectedException>(() => engine.EmbedAsync(new int[100_000]));
        Assert.Equal(RejectionReason.ContextLengthExceeded, error.Reason);
    }

    [SharedFact]
    public async Task A_system_that_swaps_says_at_start_that_it_recomputes_here_and_others_do_not()
    {
        foreach (var system in EngineSystems.All)
        {
            await using var engine = LlmEngine.Load(TinyModels.Stories, new EngineOptions { System = system.Name });
            Assert.Equal(
                system.Preemption.Swaps ? 1 : 0,
                engine.Info.Summary.Count(s =>
                    s.StartsWith($"{system.Name} swaps to host memory", StringComparison.Ordinal)
                )
            );
        }
        Assert.Contains(EngineSystems.All, system => system.Preemption.Swaps);
    }

    [SharedFact]
    public async Task A_coarser_cache_holds_more_tokens_and_one_that_does_not_fit_the_heads_is_refused_by_name()
    {
        const long Budget = 1 << 20;
        string path = TinyModels.Conformance("llama-256-Q4_K_M");
        foreach (var type in Kernels.KvTypes.All)
        {
            await using var engine = LlmEngine.Load(
                path,
                new EngineOptions { KvCacheType = type, KvCacheBytes = Budget }
            );
            long block = engine.Limits.KvBytes / engine.Limits.BlockCount;
            Assert.Equal(Tensors.DTypes.RowBytes(type, 16 * 2 * 2 * 64), block); // tokens, layers, keys and values
            Assert.Equal(Budget / block, engine.Limits.BlockCount);
            Assert.Contains(engine.Info.Summary, s => s.Contains($"{type}", StringComparison.Ordinal));
        }
        var error = Assert.Throws<EngineStartException>(() =>
            LlmEngine.Load(TinyModels.Conformance("llama"), new EngineOptions { KvCacheType = Tensors.DType.Q8_0 })
        );
        Assert.Equal("KvCacheType", error.Option);
        Assert.Contains("has 16", error.Message, StringComparison.Ordinal);
        Assert.Contains("F32, F16 or BF16", error.Message, StringComparison.Ordinal);
    }

    [SharedFact]
    public async Task The_cache_is_sized_from_the_options_and_the_summary_says_so()
    {
        await using (var engine = LlmEngine.Load(TinyModels.Stories, new EngineOptions { MaxSequences = 2 }))
        {
            Assert.Equal(512, engine.Info.ContextLength);
            Assert.Equal(2 * 512 / 16, engine.Info.TotalBlocks);
            Assert.Equal("stories260K", engine.Info.ModelName);
            Assert.Contains(engine.Info.Summary, s => s.Contains("KvCacheBytes", StringComparison.Ordinal));
        }
        long bytes = 100 * 1024;
        await using (var engine = LlmEngine.Load(TinyModels.Stories, new EngineOptions { KvCacheBytes = bytes }))
        {
            Assert.InRange(engine.Limits.KvBytes, 1, bytes);
            Assert.Equal(engine.Info.TotalBlocks * 16, engine.Info.ContextLength);
            Assert.Contains(engine.Info.Summary, s => s.Contains("limited by the KV cache", StringComparison.Ordinal));
        }
        foreach (
            var options in new[]
            {
                new EngineOptions { KvCacheBytes = bytes, ContextLength = 512 },
                new EngineOptions { KvCacheBytes = 10 },
                new EngineOptions { ContextLength = 513 },
            }
        )
            Assert.Throws<EngineStartException>(() => LlmEngine.Load(TinyModels.Stories, options));
    }

    [SharedFact]
    public void A_model_that_is_not_right_is_refused_with_file_and_field()
    {
        string hostile = SharedData.PathOf("conformance", "hostile-files");
        foreach (
            var (file, word) in new[]
            {
                ("tokenizer-no-tokens.gguf", "token"),
                ("tokenizer-fewer-tokens-than-rows.gguf", "rows"),
                ("tokenizer-merges-wrong-type.gguf", "merges"),
                ("tokenizer-scores-too-short.gguf", "score"),
            }
        )
        {
            var error = Assert.Throws<ModelFormatException>(() => LlmEngine.Load(Path.Combine(hostile, file)));
            Assert.Contains(file, error.Message, StringComparison.Ordinal);
            Assert.Contains(word, error.Message, StringComparison.Ordinal);
        }
        Assert.Throws<FileNotFoundException>(() => LlmEngine.Load("no/such/file.gguf"));
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused_by_name()
    {
        foreach (
            var (options, name) in new (EngineOptions, string)[]
            {
                (new() { Threads = 0 }, "Threads"),
                (new() { ContextLength = 1 }, "ContextLength"),
                (new() { KvCacheType = Tensors.DType.Q4_0 }, "KvCacheType"),
                (new() { KvCacheBytes = -1 }, "KvCacheBytes"),
                (new() { BlockSize = 0 }, "BlockSize"),
                (new() { MaxSequences = 0 }, "MaxSequences"),
                (new() { MaxBatchTokens = 63 }, "MaxBatchTokens"),
                (new() { MaxQueue = 0 }, "MaxQueue"),
            }
        )
            Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(options.Validated).ParamName);
    }
}
