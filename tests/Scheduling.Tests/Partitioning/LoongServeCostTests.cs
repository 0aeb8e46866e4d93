// Owns the comparison of LoongServe's cost model with the iterations that its artifact measured.
using Tern.Scheduling.Systems;

namespace Tern.Scheduling.Tests.Partitioning;

public sealed class LoongServeCostTests
{
    /// <summary>Instances, GPUs of each, prompts, tokens of each, masters; ms of the prefill and of a decode step (artifact, Fig. 3).</summary>
    public static TheoryData<int, int, int, int, int, double, double> Measured =>
        new()
        {
            { 1, 8, 512, 1_000, 1, 7757, 38.9 },
            { 1, 8, 128, 5_000, 1, 10_157, 37.8 },
            { 1, 8, 64, 10_000, 1, 10_792, 36.4 },
            { 1, 8, 16, 50_000, 1, 19_506, 42.9 },
            { 1, 8, 4, 100_000, 1, 13_546, 26.4 },
            { 1, 8, 1, 500_000, 1, 51_135, 37.6 },
            { 2, 4, 512, 1_000, 2, 5776, 42.5 },
            { 2, 4, 128, 5_000, 1, 7694, 40.3 },
            { 2, 4, 64, 10_000, 1, 8306, 38.1 },
            { 2, 4, 16, 50_000, 1, 16_595, 44.9 },
            { 2, 4, 4, 100_000, 1, 12_147, 28.0 },
            { 2, 4, 1, 500_000, 1, 51_700, 41.6 },
            { 4, 2, 512, 1_000, 4, 5267, 42.3 },
            { 4, 2, 128, 5_000, 2, 7072, 41.4 },
            { 4, 2, 64, 10_000, 2, 7701, 40.1 },
            { 4, 2, 16, 50_000, 1, 15_744, 45.9 },
            { 4, 2, 4, 100_000, 1, 11_798, 28.9 },
            { 4, 2, 1, 500_000, 1, 53_606, 37.8 },
        };

    [Theory]
    [MemberData(nameof(Measured))]
    public void Prefills_are_within_a_tenth_and_decode_steps_within_a_quarter_of_the_measured_ones(
        int instances,
        int tensorParallel,
        int prompts,
        int tokens,
        int masters,
        double prefillMs,
        double decodeMs
    )
    {
        var cost = LoongServe.LwmOnA800(tensorParallel).Costs(instances);
        var sum = (long)prompts * tokens;
        Assert.InRange(cost.PrefillMs(instances, sum, (double)sum * tokens) / prefillMs, 0.9, 1.1);
        Assert.InRange(cost.Decode.Ms(instances, prompts / masters, sum / instances) / decodeMs, 0.75, 1.25);
    }
}
