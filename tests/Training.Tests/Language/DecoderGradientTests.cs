// Gradients of whole decoders against the slopes of an independent forward pass.
using Tern.Kernels.Cpu;
using Tern.Training.Autograd;
using Tern.Training.Data;
using Tern.Training.Language;

namespace Tern.Training.Tests.Language;

public sealed class DecoderGradientTests
{
    private static readonly (int[] Tokens, bool[] Learned)[] s_sequences =
    [
        ([3, 1, 4, 1, 5, 9, 2], [false, true, true, true, false, true, true]),
        ([7, 7, 0], [false, true, true]),
        ([12, 6, 8, 11, 10], [false, false, true, false, true]),
    ];

    public static TheoryData<DecoderArchitecture, bool> Architectures => TinyDecoders.All;

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Every_gradient_is_the_slope_of_an_independent_forward_pass(
        DecoderArchitecture architecture,
        bool isTied
    )
    {
        var config = TinyDecoders.Config(architecture, isTied);
        var decoder = TinyDecoders.Create(config);
        double loss = Accumulate(decoder);

        var parameters = DoubleDecoder.ParametersOf(decoder);
        var reference = new DoubleDecoder(config, parameters);
        Assert.Equal(reference.Loss(s_sequences), loss, 1e-5);
        var random = new Random(5);
        foreach (var parameter in decoder.Parameters)
        {
            double[] values = parameters[parameter.Name];
            double scale = parameter.Gradients.ToArray().Max(MathF.Abs);
            Assert.True(scale > 0, $"{parameter.Name} has no gradient");
            // A dozen of each parameter: enough to see a wrong formula, a transposition or a row left out.
            for (int draw = 0; draw < 12; draw++)
            {
                int i = random.Next(values.Length);
                const double Step = 1e-5;
                double before = values[i];
                values[i] = before + Step;
                double above = reference.Loss(s_sequences);
                values[i] = before - Step;
                double below = reference.Loss(s_sequences);
                values[i] = before;
                double slope = (above - below) / (2 * Step);
                Assert.True(
                    Math.Abs(slope - parameter.Gradients[i]) <= 1e-4 * scale + 1e-7,
                    $"{parameter.Name}[{i}]: {parameter.Gradients[i]}, slope {slope}"
                );
            }
        }
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Running_layers_a_second_time_changes_no_bit(DecoderArchitecture architecture, bool isTied)
    {
        var kept = TinyDecoders.Create(TinyDecoders.Config(architecture, isTied));
        var again = TinyDecoders.Create(TinyDecoders.Config(architecture, isTied));
        again.Recompute = true;
        Assert.Equal(Accumulate(kept), Accumulate(again));
        foreach (var (one, other) in kept.Parameters.Zip(again.Parameters))
            Assert.True(one.Gradients.SequenceEqual(other.Gradients), one.Name);
    }

    [Fact]
    public void An_expert_that_no_token_chose_has_no_gradient()
    {
        var config = TinyDecoders.Config(DecoderArchitecture.Qwen3Moe, isTied: true) with
        {
            Experts = 9,
            ExpertsUsed = 1,
        };
        var decoder = TinyDecoders.Create(config);
        Accumulate(decoder);
        var gradient = decoder.Parameters.First(p => p.Name == "blk.0.ffn_up_exps.weight").Gradients.ToArray();
        var byExpert = gradient.Chunk(config.FeedForward * config.Width).Select(part => part.Any(g => g != 0));
        Assert.Contains(true, byExpert);
        Assert.Contains(false, byExpert);
    }

    private static double Accumulate(Decoder decoder)
    {
        using var backend = new CpuBackend(2);
        using var pool = new TensorPool();
        var step = new TrainingStep(decoder, backend, pool, microBatchTokens: 10);
        return step.Accumulate([.. s_sequences.Select(pair => new TrainingExample(pair.Tokens, pair.Learned))]);
    }
}
