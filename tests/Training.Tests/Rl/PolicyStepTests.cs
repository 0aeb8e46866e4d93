// What the gradient of a policy loss must not depend on.
using Tern.Kernels.Cpu;
using Tern.Training.Autograd;
using Tern.Training.Language;
using Tern.Training.Rl;
using Tern.Training.Rl.Losses;
using Tern.Training.Tests.Language;

namespace Tern.Training.Tests.Rl;

public sealed class PolicyStepTests
{
    private static readonly PolicyLossOptions s_loss = new() { KlCoefficient = 0.1, EntropyCoefficient = 0.01 };

    [Theory]
    [InlineData(DecoderArchitecture.Llama)]
    [InlineData(DecoderArchitecture.Qwen3Moe)]
    public void Neither_micro_batches_nor_threads_change_a_bit_of_loss_or_gradient(DecoderArchitecture architecture)
    {
        var decoder = TinyDecoders.Create(TinyDecoders.Config(architecture, isTied: true));
        var terms = Terms(decoder, Groups(decoder));
        var whole = Run(decoder, terms, microBatchTokens: 10_000, threads: 1);
        Assert.Contains(whole.Gradients.Values, gradient => gradient.AsSpan().ContainsAnyExcept(0f));
        foreach (var (tokens, threads) in ((int, int)[])[(1, 1), (1, 3), (17, 2), (40, 3), (10_000, 2)])
            AssertSame(whole, Run(decoder, terms, tokens, threads), $"{tokens} tokens, {threads} threads");
    }

    [Fact]
    public void Groups_without_differences_change_no_bit_of_loss_or_gradient_divergence_included()
    {
        var decoder = TinyDecoders.Create(TinyDecoders.Config(DecoderArchitecture.Llama, isTied: true));
        var groups = Groups(decoder);
        var useless = groups[1] with { Rollouts = [.. groups[1].Rollouts.Select(r => r with { Reward = 1 })] };
        var without = Run(decoder, Terms(decoder, [groups[0], groups[2]]), 50, 2);
        AssertSame(
            without,
            Run(decoder, Terms(decoder, [groups[0], useless, groups[2]]), 50, 2),
            "with a useless group"
        );
        Assert.NotEqual(without.Loss, Run(decoder, Terms(decoder, groups), 50, 2).Loss);
    }

    [Fact]
    public void The_gradient_is_the_slope_of_loss_less_entropy_in_every_parameter()
    {
        // Double differences of a float32 network: only the largest slopes stand out of the rounding.
        var decoder = TinyDecoders.Create(TinyDecoders.Config(DecoderArchitecture.Llama, isTied: true));
        var options = s_loss with { ClipLow = 1, ClipHigh = 100, DualClip = 0, EntropyCoefficient = 0.5 };
        var terms = Terms(decoder, Groups(decoder));
        using var backend = new CpuBackend(1);
        using var pool = new TensorPool();
        var step = new PolicyStep(decoder, backend, pool, options, 10_000, longest: 9);
        decoder.ClearGradients();
        step.Accumulate(terms);
        var gradients = decoder.Parameters.Select(parameter => parameter.Gradients.ToArray()).ToArray();
        for (int p = 0; p < gradients.Length; p++)
        {
            int largest = Enumerable.Range(0, gradients[p].Length).MaxBy(i => Math.Abs(gradients[p][i]));
            var values = decoder.Parameters[p].Values;
            float center = values[largest];
            values[largest] = center + 1f / 256;
            double above = Objective(step, decoder, terms, options, backend, pool);
            decoder.Parameters[p].Values[largest] = center - 1f / 256;
            double below = Objective(step, decoder, terms, options, backend, pool);
            decoder.Parameters[p].Values[largest] = center;
            double slope = (above - below) * 128;
            Assert.Equal(slope, gradients[p][largest], 1e-3 + 0.02 * Math.Abs(slope));
        }
    }

    private static double Objective(
        PolicyStep step,
        Decoder decoder,
        IReadOnlyList<PolicyTerm> terms,
        PolicyLossOptions options,
        CpuBackend backend,
        TensorPool pool
    )
    {
        var loss = new PolicyGradient(options, terms.Count, terms.Sum(term => term.Rollout.Tokens.Count), 9);
        double entropy = 0;
        foreach (var (term, scores) in terms.Zip(step.Score(decoder, terms)))
        {
            loss.Add(term, scores, new float[scores.Length], []);
            using var tape = new Tape(backend, pool) { IsRecording = false };
            int[] tokens = [.. term.Rollout.PromptTokens, .. term.Rollout.Tokens.SkipLast(1)];
            int[] rows = [.. Enumerable.Range(term.Rollout.PromptTokens.Count - 1, scores.Length)];
            var logits = decoder.Forward(tape, new TokenBatch([tokens]), rows);
            foreach (float value in tape.Score(logits, term.Rollout.Tokens.ToArray(), true).Entropies!.Values)
                entropy += value / (double)(scores.Length * terms.Count);
        }
        return loss.Loss - options.EntropyCoefficient * entropy;
    }

    private static IReadOnlyList<RolloutGroup> Groups(Decoder decoder)
    {
        using var backend = new CpuBackend(1);
        return Rollouts.Random(decoder, backend, groups: 3, answers: 4, seed: 9);
    }

    private static IReadOnlyList<PolicyTerm> Terms(Decoder decoder, IReadOnlyList<RolloutGroup> groups)
    {
        var reference = TinyDecoders.Create(decoder.Config, seed: 1, deviation: 0.29f);
        using var backend = new CpuBackend(1);
        using var pool = new TensorPool();
        var step = new PolicyStep(decoder, backend, pool, s_loss, 100, longest: 9);
        var terms = PolicyTerm.Of(groups, AdvantageKind.Grpo);
        return [.. terms.Zip(step.Score(reference, terms), (term, scores) => term with { Reference = scores })];
    }

    private static Result Run(Decoder decoder, IReadOnlyList<PolicyTerm> terms, int microBatchTokens, int threads)
    {
        using var backend = new CpuBackend(threads);
        using var pool = new TensorPool();
        decoder.ClearGradients();
        var step = new PolicyStep(decoder, backend, pool, s_loss, microBatchTokens, longest: 9);
        double loss = step.Accumulate(terms).Loss;
        return new Result(loss, decoder.Parameters.ToDictionary(p => p.Name, p => p.Gradients.ToArray()));
    }

    private static void AssertSame(Result expected, Result actual, string what)
    {
        Assert.Equal(expected.Loss, actual.Loss);
        foreach (var (name, gradient) in expected.Gradients)
            Assert.True(gradient.AsSpan().SequenceEqual(actual.Gradients[name]), $"{name}: {what}");
    }

    private sealed record Result(double Loss, Dictionary<string, float[]> Gradients);
}
