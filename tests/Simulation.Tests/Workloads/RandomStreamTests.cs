// Owns the proof that chance is what it claims to be.
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Tests.Workloads;

public sealed class RandomStreamTests
{
    [Fact]
    public void The_same_seed_gives_the_same_bits_and_streams_differ()
    {
        var first = new RandomStream(1, 0);
        Assert.Equal(
            [0xEE127FE613436E33, 0xD6DAD8D34A1874EA, 0x2A52C16CEC1116A9, 0x9AF9091D9F77D551],
            Enumerable.Range(0, 4).Select(_ => first.NextBits())
        );
        var bits = new HashSet<ulong>();
        for (var seed = 0UL; seed < 50; seed++)
        {
            for (var stream = 0UL; stream < 50; stream++)
                Assert.True(bits.Add(new RandomStream(seed, stream).NextBits()));
        }
    }

    [Fact]
    public void The_logarithm_is_the_platforms_to_the_last_bits()
    {
        var (uniform, exponential) = (new RandomStream(3, 0), new RandomStream(3, 0));
        for (var i = 0; i < 20_000; i++)
        {
            var expected = -Math.Log(uniform.NextUnit());
            Assert.InRange(exponential.NextExponential() / expected, 1 - 1e-15, 1 + 1e-15);
        }
    }

    [Fact]
    public void The_power_is_the_platforms_to_fourteen_digits()
    {
        foreach (var alpha in new[] { 0, 0.7, 1, 2.1, 10 })
        {
            var shares = new PowerLaw(alpha, 1000).Shares();
            for (var i = 0; i < shares.Length; i++)
                Assert.InRange(shares[i] / shares[0] / Math.Pow(i + 1, -alpha), 1 - 3e-14, 1 + 3e-14);
        }
    }

    [Fact]
    public void Uniform_numbers_are_even_in_mean_variance_and_tenths()
    {
        var random = new RandomStream(5, 0);
        var tenths = new int[10];
        var sample = Enumerable.Range(0, 100_000).Select(_ => random.NextUnit()).ToArray();
        foreach (var u in sample)
            tenths[(int)(u * 10)]++;
        Assert.InRange(sample.Average(), 0.497, 0.503);
        Assert.InRange(Moments.Variance(sample), 0.0823, 0.0844);
        Assert.All(tenths, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Whole_numbers_fill_their_range_evenly(int limit)
    {
        var random = new RandomStream(6, 0);
        var counts = new int[limit];
        for (var i = 0; i < limit * 1000; i++)
            counts[random.NextBelow(limit)]++;
        Assert.All(counts, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void A_limit_of_nothing_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(1, 0).NextBelow(0));

    [Fact]
    public void Normal_numbers_have_the_normal_moments()
    {
        var random = new RandomStream(7, 0);
        var sample = Enumerable.Range(0, 200_000).Select(_ => random.NextNormal()).ToArray();
        Assert.InRange(sample.Average(), -0.01, 0.01);
        Assert.InRange(Moments.Variance(sample), 0.98, 1.02);
        Assert.InRange(sample.Average(z => z * z * z), -0.03, 0.03);
        Assert.InRange(sample.Average(z => z * z * z * z), 2.9, 3.1);
        Assert.InRange(sample.Count(z => z > 1.959964) / 200_000.0, 0.0235, 0.0265);
    }

    [Theory]
    [InlineData(0.0625)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(9)]
    public void Gamma_numbers_have_mean_and_variance_of_their_shape(double shape)
    {
        var random = new RandomStream(8, 0);
        var sample = Enumerable.Range(0, 200_000).Select(_ => random.NextGamma(shape)).ToArray();
        Assert.InRange(sample.Average() / shape, 0.97, 1.03);
        Assert.InRange(Moments.Variance(sample) / shape, 0.93, 1.07);
    }
}
