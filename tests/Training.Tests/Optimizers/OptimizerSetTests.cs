// Which parameter is changed by which optimizer, and how rounded parameters are.
using Tern.Kernels.Cpu;
using Tern.Training.Autograd;
using Tern.Training.Optimizers;
using Tern.Training.Runs;

namespace Tern.Training.Tests.Optimizers;

public sealed class OptimizerSetTests : IDisposable
{
    private readonly CpuBackend _backend = new(1);
    private readonly Parameter[] _parameters =
    [
        new("token_embd.weight", 4, 3),
        new("blk.0.attn_norm.weight", 3),
        new("blk.0.attn_q.weight", 3, 3),
        new("output.weight", 4, 3),
    ];

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void Muon_has_the_matrices_of_blocks_and_adam_the_rest()
    {
        var set = new OptimizerSet(_backend, _parameters, new() { Kind = OptimizerKind.Muon });
        Assert.Equal(
            [
                "muon.momentum.blk.0.attn_q.weight",
                "adam.mean.token_embd.weight",
                "adam.square.token_embd.weight",
                "adam.mean.blk.0.attn_norm.weight",
                "adam.square.blk.0.attn_norm.weight",
                "adam.mean.output.weight",
                "adam.square.output.weight",
            ],
            set.State.Select(tensor => tensor.Name)
        );
    }

    [Fact]
    public void Rounded_parameters_gather_steps_too_small_for_their_precision()
    {
        var section = new TrainingConfig.OptimizerSection
        {
            Kind = OptimizerKind.Sgd,
            Momentum = 0,
            WeightDecay = 0,
            Weights = WeightPrecision.BFloat16,
        };
        foreach (var parameter in _parameters)
            parameter.Values.Fill(1);
        var set = new OptimizerSet(_backend, _parameters, section);
        // bfloat16 has 8 bits: the next number above 1 is 1 + 2^-7.
        foreach (var parameter in _parameters)
            parameter.Gradients.Fill(-1f / 1024);
        for (int step = 1; step <= 4; step++)
        {
            set.Step(1, step);
            Assert.Equal(1, _parameters[0].Values[0]);
        }
        for (int step = 5; step <= 8; step++)
            set.Step(1, step);
        Assert.Equal(1 + 1f / 128, _parameters[0].Values[0]);
        Assert.Equal(
            1 + 8f / 1024,
            set.State.First(tensor => tensor.Name == "master.token_embd.weight").Span<float>()[0]
        );
    }

    [Theory]
    [InlineData(1.00390625f, 1f)] // half way: to the even one
    [InlineData(1.01171875f, 1.015625f)]
    [InlineData(1.004f, 1.0078125f)]
    [InlineData(-1.004f, -1.0078125f)]
    [InlineData(3.4e38f, float.PositiveInfinity)] // above the largest bfloat16
    [InlineData(float.NegativeInfinity, float.NegativeInfinity)]
    public void Parameters_are_rounded_to_the_nearest_bfloat16(float value, float expected)
    {
        foreach (var parameter in _parameters)
            parameter.Values.Fill(value);
        _ = new OptimizerSet(_backend, _parameters, new() { Weights = WeightPrecision.BFloat16 });
        Assert.All(_parameters, parameter => Assert.Equal(expected, parameter.Values[0]));
    }
}
