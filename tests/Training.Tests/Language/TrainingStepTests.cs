// What a step must not depend on, and the memory it takes.
using Tern.Kernels.Cpu;
using Tern.Training.Autograd;
using Tern.Training.Data;
using Tern.Training.Language;

namespace Tern.Training.Tests.Language;

public sealed class TrainingStepTests
{
    public static TheoryData<DecoderArchitecture, bool> Architectures => TinyDecoders.All;

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Neither_cutting_the_batch_nor_threads_change_a_bit_of_loss_or_gradient(
        DecoderArchitecture architecture,
        bool isTied
    )
    {
        var whole = Run(architecture, isTied, microBatchTokens: 10_000, threads: 1);
        foreach (var (tokens, threads) in ((int, int)[])[(1, 1), (1, 2), (20, 3), (10_000, 2), (37, 2)])
        {
            var cut = Run(architecture, isTied, tokens, threads);
            Assert.Equal(whole.Loss, cut.Loss);
            foreach (var (name, gradient) in whole.Gradients)
                Assert.True(
                    gradient.AsSpan().SequenceEqual(cut.Gradients[name]),
                    $"{name} with {tokens} tokens at a time and {threads} threads"
                );
        }
    }

    [Fact]
    public void Measuring_gives_the_loss_of_learning_and_touches_no_gradient()
    {
        var decoder = TinyDecoders.Create(TinyDecoders.Config(DecoderArchitecture.Llama, isTied: true));
        using var backend = new CpuBackend(2);
        using var pool = new TensorPool();
        var step = new TrainingStep(decoder, backend, pool, microBatchTokens: 16);
        double measured = step.Evaluate(Examples());
        Assert.All(decoder.Parameters, parameter => Assert.Equal(-1, parameter.Gradients.IndexOfAnyExcept(0f)));
        Assert.Equal(step.Accumulate(Examples()), measured);
    }

    [Fact]
    public void All_memory_is_back_after_a_step_and_the_second_step_takes_no_more()
    {
        foreach (bool recompute in (bool[])[false, true])
        {
            var decoder = TinyDecoders.Create(TinyDecoders.Config(DecoderArchitecture.Qwen3Moe, isTied: true));
            decoder.Recompute = recompute;
            using var backend = new CpuBackend(2);
            using var pool = new TensorPool();
            var step = new TrainingStep(decoder, backend, pool, microBatchTokens: 30);
            step.Accumulate(Examples());
            Assert.Equal(0, pool.LentBytes);
            long held = pool.HeldBytes;
            step.Accumulate(Examples());
            step.Evaluate(Examples());
            Assert.Equal(0, pool.LentBytes);
            Assert.Equal(held, pool.HeldBytes);
        }
    }

    [Fact]
    public void Recomputation_takes_a_fraction_of_the_memory_of_a_deep_network()
    {
        long[] peaks =
        [
            .. ((bool[])[false, true]).Select(recompute =>
            {
                var config = TinyDecoders.Config(DecoderArchitecture.Llama, isTied: true) with { Layers = 12 };
                var decoder = TinyDecoders.Create(config);
                decoder.Recompute = recompute;
                using var backend = new CpuBackend(1);
                using var pool = new TensorPool();
                new TrainingStep(decoder, backend, pool, 10_000).Accumulate(Examples());
                return pool.PeakBytes;
            }),
        ];
        Assert.InRange(peaks[1], 1, peaks[0] / 3);
    }

    [Fact]
    public void A_batch_without_learned_tokens_has_neither_loss_nor_gradient()
    {
        var decoder = TinyDecoders.Create(TinyDecoders.Config(DecoderArchitecture.Llama, isTied: true));
        using var backend = new CpuBackend(1);
        using var pool = new TensorPool();
        var step = new TrainingStep(decoder, backend, pool, microBatchTokens: 4);
        TrainingExample[] silent = [new([1, 2, 3], [false, false, false])];
        Assert.Equal(0, step.Accumulate(silent));
        Assert.Equal(0, step.Evaluate(silent));
        var among = step.Accumulate([.. silent, .. Examples(), .. silent]);
        var alone = Run(DecoderArchitecture.Llama, isTied: true, 4, 1);
        Assert.Equal(alone.Loss, among);
        Assert.All(
            decoder.Parameters,
            parameter => Assert.True(parameter.Gradients.SequenceEqual(alone.Gradients[parameter.Name]))
        );
        Assert.Equal(0, pool.LentBytes);
    }

    [Fact]
    public void The_first_value_that_is_not_finite_is_named()
    {
        var decoder = TinyDecoders.Create(TinyDecoders.Config(DecoderArchitecture.Llama, isTied: true));
        using var backend = new CpuBackend(1);
        using var pool = new TensorPool();
        var step = new TrainingStep(decoder, backend, pool, microBatchTokens: 100);
        decoder.Parameters.First(p => p.Name == "blk.1.ffn_up.weight").Values[7] = float.NaN;
        Assert.Contains("blk.1.ffn_up.weight", step.FirstNonFinite(Examples()), StringComparison.Ordinal);

        // Finite weights whose products are not: the operation is named, also inside a layer that runs twice.
        foreach (bool recompute in (bool[])[false, true])
        {
            decoder.Recompute = recompute;
            decoder.Parameters.First(p => p.Name == "blk.1.ffn_up.weight").Values.Fill(1e38f);
            Assert.Contains("Linear: ", step.FirstNonFinite(Examples()), StringComparison.Ordinal);
        }
    }

    private static (double Loss, Dictionary<string, float[]> Gradients) Run(
        DecoderArchitecture architecture,
        bool isTied,
        int microBatchTokens,
        int threads
    )
    {
        var decoder = TinyDecoders.Create(TinyDecoders.Config(architecture, isTied));
        using var backend = new CpuBackend(threads);
        using var pool = new TensorPool();
        var step = new TrainingStep(decoder, backend, pool, microBatchTokens);
        double loss = step.Accumulate(Examples());
        return (loss, decoder.Parameters.ToDictionary(p => p.Name, p => p.Gradients.ToArray()));
    }

    private static TrainingExample[] Examples() =>
        [
            .. Enumerable
                .Range(0, 9)
                .Select(i =>
                {
                    int[] tokens = TinyDecoders.Tokens(2 + 5 * i % 17, vocabulary: 13, seed: i);
                    return new TrainingExample(tokens, [.. tokens.Select((_, at) => at > 0 && (at + i) % 3 > 0)]);
                }),
        ];
}
