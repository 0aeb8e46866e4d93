// Owns the proof that published seeds give the numbers they gave in their own languages.
using Tern.Simulation.Reproductions;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests.Reproductions;

public sealed class MersenneTwisterTests
{
    [Fact]
    public void Seed_0_gives_the_units_of_Python_and_of_NumPy()
    {
        var (python, numPy) = (MersenneTwister.OfPython(0), MersenneTwister.OfNumPy(0));
        Assert.Equal((0.8444218515250481, 0.7579544029403025), (python.NextUnit(), python.NextUnit()));
        Assert.Equal((0.5488135039273248, 0.7151893663724195), (numPy.NextUnit(), numPy.NextUnit()));
    }

    [Fact]
    public void Seed_0_shuffles_as_Python_does()
    {
        int[] items = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        MersenneTwister.OfPython(0).Shuffle<int>(items);
        Assert.Equal([7, 8, 1, 5, 3, 4, 2, 0, 9, 6], items);
    }

    [Fact]
    public void Fig_12_has_the_same_prompts_at_every_rate_and_lasts_count_over_rate()
    {
        List<TraceRequest> slow = [.. LoongServeWorkload.Zipf(1.0, 0.5, 100)];
        List<TraceRequest> fast = [.. LoongServeWorkload.Zipf(1.0, 2, 100, seed: 2)];
        Assert.Equal(slow.Select(r => r.PromptTokens), fast.Select(r => r.PromptTokens));
        Assert.Equal((0, 200_000), (slow[0].ArrivalMs, Math.Round(slow[^1].ArrivalMs)));
        Assert.Equal(50_000, Math.Round(fast[^1].ArrivalMs));
    }
}
