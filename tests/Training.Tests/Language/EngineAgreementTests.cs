// The tape and the engine are one function: what is trained is bitwise what is served.
using Tern.Engine;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Kernels;
using Tern.Kernels.Cpu;
using Tern.Models;
using Tern.Tensors;
using Tern.Training.Autograd;
using Tern.Training.Export;
using Tern.Training.Language;

namespace Tern.Training.Tests.Language;

public sealed class EngineAgreementTests : IDisposable
{
    private const int BlockSize = 4;
    private const int Length = 23;
    private readonly CpuBackend _backend = new(2);
    private readonly TensorPool _pool = new();

    public static TheoryData<DecoderArchitecture, bool> Architectures => TinyDecoders.All;

    public void Dispose()
    {
        _pool.Dispose();
        _backend.Dispose();
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Logits_are_bitwise_those_of_the_served_model_however_a_prompt_is_cut(
        DecoderArchitecture architecture,
        bool isTied
    )
    {
        var decoder = Create(architecture, isTied);
        int[] tokens = TinyDecoders.Tokens(Length, TinyDecoders.Vocabulary, seed: 3);
        float[] expected = Logits(decoder, tokens);

        using var file = DecoderExport.View(decoder, "tiny", TinyDecoders.Tokenizer);
        using var model = ModelLoader.Load(file, _backend);
        foreach (int chunk in (int[])[Length, 7, 2, 1])
            AssertSame(expected, Serve(model, tokens, chunk), $"in chunks of {chunk}");
    }

    [Fact]
    public void Logits_of_a_network_wider_than_a_tile_are_bitwise_those_of_the_served_model()
    {
        var config = TinyDecoders.Config(DecoderArchitecture.Qwen3Moe, isTied: false, TinyDecoders.Vocabulary) with
        {
            ContextLength = 256,
            Width = 100,
            HeadDim = 32,
            FeedForward = 151,
            Experts = 7,
            ExpertsUsed = 3,
        };
        var decoder = TinyDecoders.Create(config);
        int[] tokens = TinyDecoders.Tokens(150, TinyDecoders.Vocabulary, seed: 4);
        using var file = DecoderExport.View(decoder, "tiny", TinyDecoders.Tokenizer);
        using var model = ModelLoader.Load(file, _backend);
        float[] expected = Logits(decoder, tokens);
        foreach (int chunk in (int[])[150, 64, 1])
            AssertSame(expected, Serve(model, tokens, chunk), $"in chunks of {chunk}");
    }

    [Fact]
    public void A_sequence_s_logits_do_not_depend_on_the_others_in_its_batch()
    {
        var decoder = Create(DecoderArchitecture.Qwen3Moe, isTied: true);
        int[][] sequences =
        [
            .. Enumerable.Range(1, 5).Select(i => TinyDecoders.Tokens(3 * i, TinyDecoders.Vocabulary, seed: i)),
        ];
        float[] together = Logits(decoder, sequences);
        AssertSame(together, [.. sequences.SelectMany(tokens => Logits(decoder, tokens))], "alone");
    }

    [Theory]
    [InlineData(DecoderArchitecture.Llama)]
    [InlineData(DecoderArchitecture.Qwen3Moe)]
    public async Task Log_probabilities_are_bitwise_those_that_the_engine_reports_for_what_it_sampled(
        DecoderArchitecture architecture
    )
    {
        var decoder = Create(architecture, isTied: true);
        using var file = DecoderExport.View(decoder, "tiny", TinyDecoders.Tokenizer);
        var options = new EngineOptions
        {
            KvCacheType = DType.F32,
            KvCacheBytes = 1 << 22,
            BlockSize = BlockSize,
            MaxSequences = 4,
            MaxBatchTokens = 5,
        };
        (int[] Prompt, List<int> Tokens, List<float> Scores)[] answers;
        await using (var engine = LlmEngine.Load(file, _backend, options))
            answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Sample(engine, seed: i)));
        foreach (var (prompt, tokens, scores) in answers)
        {
            Assert.NotEmpty(tokens);
            AssertSame(scores.ToArray(), Scores(decoder, prompt, [.. tokens]), "the engine's log-probabilities");
        }
    }

    [Fact]
    public async Task An_engine_on_a_model_in_memory_leaves_model_and_backend_to_the_caller()
    {
        var decoder = Create(DecoderArchitecture.Llama, isTied: true);
        float[] before = decoder.Parameters[0].Values.ToArray();
        int[] tokens = TinyDecoders.Tokens(5, TinyDecoders.Vocabulary, seed: 1);
        float[] logits = Logits(decoder, tokens);
        using var file = DecoderExport.View(decoder, "tiny", TinyDecoders.Tokenizer);
        for (int i = 0; i < 2; i++)
        {
            await using var engine = LlmEngine.Load(file, _backend, new EngineOptions { KvCacheBytes = 1 << 20 });
            Assert.Equal("tiny", engine.Info.ModelName["memory:".Length..]);
            await Sample(engine, seed: i);
        }
        Assert.Equal(before, decoder.Parameters[0].Values.ToArray());
        AssertSame(logits, Logits(decoder, tokens), "after the engine");
    }

    [Fact]
    public void A_measurement_of_step_times_is_refused_for_a_model_in_memory()
    {
        var decoder = Create(DecoderArchitecture.Llama, isTied: true);
        using var file = DecoderExport.View(decoder, "tiny", TinyDecoders.Tokenizer);
        var options = new EngineOptions { Calibration = Tern.Engine.Calibration.CalibrationMode.Always };
        var error = Assert.Throws<EngineStartException>(() => LlmEngine.Load(file, _backend, options));
        Assert.Equal(nameof(EngineOptions.Calibration), error.Option);
    }

    private static Decoder Create(DecoderArchitecture architecture, bool isTied) =>
        TinyDecoders.Create(TinyDecoders.Config(architecture, isTied, TinyDecoders.Vocabulary));

    private static async Task<(int[] Prompt, List<int> Tokens, List<float> Scores)> Sample(LlmEngine engine, int seed)
    {
        int[] prompt = TinyDecoders.Tokens(4 + 3 * seed, TinyDecoders.Vocabulary, seed);
        var sampling = new SamplingParams
        {
            Seed = (ulong)seed,
            MaxTokens = 12,
            Logprobs = 0,
            IgnoreEos = true,
        };
        List<int> tokens = [];
        List<float> scores = [];
        await foreach (
            var output in engine.GenerateAsync(new GenerationRequest { Prompt = prompt, Sampling = sampling })
        )
        {
            tokens.AddRange(output.Tokens);
            scores.AddRange((output.Logprobs ?? []).Select(entry => entry.Logprob));
        }
        Assert.Equal(tokens.Count, scores.Count);
        return (prompt, tokens, scores);
    }

    private float[] Scores(Decoder decoder, int[] prompt, int[] answer)
    {
        using var tape = new Tape(_backend, _pool) { IsRecording = false };
        var rows = Enumerable.Range(prompt.Length - 1, answer.Length).ToArray();
        var logits = decoder.Forward(tape, new TokenBatch([(int[])[.. prompt, .. answer]]), rows);
        return tape.Score(logits, answer).LogProbabilities.Values.ToArray();
    }

    private float[] Logits(Decoder decoder, params int[][] sequences)
    {
        using var tape = new Tape(_backend, _pool) { IsRecording = false };
        var batch = new TokenBatch([.. sequences.Select(tokens => (ReadOnlyMemory<int>)tokens)]);
        return decoder.Forward(tape, batch, Enumerable.Range(0, batch.Rows).ToArray()).Values.ToArray();
    }

    /// <summary>The logits of all rows, the prompt given in chunks, over blocks in a scattered order.</summary>
    private static float[] Serve(CausalModel model, int[] tokens, int chunk)
    {
        int count = (tokens.Length + BlockSize - 1) / BlockSize;
        int[] blocks = [.. Enumerable.Range(0, count).Select(i => i * 37 % 64)];
        using var cache = model.CreateCache(64, BlockSize, DType.F32);
        var logits = new List<float>();
        for (int start = 0; start < tokens.Length; start += chunk)
        {
            int rows = Math.Min(chunk, tokens.Length - start);
            var positions = Enumerable.Range(start, rows).ToArray();
            var output = new float[rows * TinyDecoders.Vocabulary];
            model.Forward(
                new ForwardInput
                {
                    Tokens = tokens.AsMemory(start, rows),
                    Positions = positions,
                    Slots = Array.ConvertAll(positions, p => blocks[p / BlockSize] * BlockSize + p % BlockSize),
                    Sequences = new[] { new AttentionSequence(0, rows, start + rows, 0) },
                    BlockTables = blocks,
                    OutputRows = Enumerable.Range(0, rows).ToArray(),
                },
                cache,
                output
            );
            logits.AddRange(output);
        }
        return [.. logits];
    }

    private static void AssertSame(float[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i]),
                $"{what}: element {i} is {actual[i]:R}, expected {expected[i]:R}"
            );
    }
}
