// Owns the comparison of the fitted lengths with what was published.
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Simulation.Tests.Workloads.Lengths;

public sealed class LengthCatalogTests
{
    private const int Count = 60_000;

    [Theory]
    [InlineData("sharegpt", 161.31, 337.99)]
    [InlineData("sharegpt-v3", 226.75, 188.25)]
    [InlineData("sharegpt-distserve", 755.5, 200.3)]
    [InlineData("sharegpt-loongserve", 896.9, 232.6)]
    [InlineData("alpaca", 19.31, 58.45)]
    [InlineData("humaneval", 171.3, 98.2)]
    [InlineData("longbench", 1738.3, 90.7)]
    public void Means_are_the_published_ones(string name, double prompt, double output)
    {
        var (prompts, outputs) = Sample(name);
        Assert.InRange(prompts.Average() / prompt, 0.98, 1.02);
        Assert.InRange(outputs.Average() / output, 0.98, 1.02);
    }

    [Theory]
    [InlineData("sharegpt-loongserve", 822, 1830, 137, 606, 0.07)]
    [InlineData("arxiv", 7059, 12_985, 208, 371, 0.02)]
    [InlineData("l-eval", 7732, 22_127, 14, 139, 0.15)]
    public void Medians_and_ninetieth_percentiles_are_the_published_ones(
        string name,
        double promptMedian,
        double prompt90,
        double outputMedian,
        double output90,
        double band
    )
    {
        var (prompts, outputs) = Sample(name);
        Assert.InRange(Moments.Percentile(prompts, 0.5) / promptMedian, 1 - band, 1 + band);
        Assert.InRange(Moments.Percentile(prompts, 0.9) / prompt90, 1 - band, 1 + band);
        Assert.InRange(Moments.Percentile(outputs, 0.5) / outputMedian, 1 - band, 1 + band);
        Assert.InRange(Moments.Percentile(outputs, 0.9) / output90, 1 - band, 1 + band);
    }

    [Theory]
    [InlineData("sharegpt", 4, 1024, 2048)]
    [InlineData("sharegpt-v3", 4, 1024, 2048)]
    [InlineData("sharegpt-distserve", 4, 2047, 2047)]
    [InlineData("sharegpt-loongserve", 4, 2299, 2299)]
    [InlineData("longbench", 4, 2040, 2040)]
    [InlineData("l-eval", 2700, 210_500, 211_524)]
    [InlineData("lv-eval", 15_100, 497_300, 498_324)]
    [InlineData("zipf-1.0", 10, 199_999, 201_023)]
    public void Lengths_stay_in_the_published_range_and_use_it(string name, int min, int max, int total)
    {
        var (prompts, outputs) = Sample(name);
        Assert.True(prompts.Min() >= min && prompts.Max() <= max && outputs.Min() >= 1);
        Assert.True(prompts.Zip(outputs, (p, o) => p + o).Max() <= total);
        // The sample comes within a factor of two of both ends, LongBench's lower one excepted: its cut makes nearly all equal.
        Assert.True(prompts.Max() > max / 2);
        Assert.True(prompts.Min() < 2 * min || name == "longbench");
    }

    [Fact]
    public void Problem_and_solution_of_code_are_correlated_as_in_the_data_set()
    {
        var (prompts, outputs) = Sample("humaneval");
        Assert.InRange(
            Moments.Correlation([.. prompts.Select(p => Math.Log(p))], [.. outputs.Select(o => Math.Log(o))]),
            0.42,
            0.50
        );
        (prompts, outputs) = Sample("sharegpt");
        Assert.InRange(Moments.Correlation(prompts, outputs), -0.12, 0.02);
    }

    [Theory]
    [InlineData("zipf-1.0", 1.0)]
    [InlineData("zipf-1.2", 1.2)]
    [InlineData("zipf-1.4", 1.4)]
    public void Zipf_prompts_follow_the_law_at_every_decade(string name, double alpha)
    {
        var weights = Enumerable.Range(10, 199_990).Select(x => Math.Pow(x, -alpha)).ToArray();
        var total = weights.Sum();
        var (prompts, _) = Sample(name);
        foreach (var limit in new[] { 20, 100, 1000, 10_000, 100_000 })
        {
            var expected = weights.Take(limit - 10).Sum() / total;
            Assert.InRange(prompts.Count(p => p < limit) / (double)Count, expected - 0.01, expected + 0.01);
        }
    }

    [Fact]
    public void A_third_of_the_mixed_set_is_chat()
    {
        var (prompts, _) = Sample("mixed");
        Assert.InRange(prompts.Count(p => p < 2300) / (double)Count, 0.32, 0.345);
    }

    [Fact]
    public void Tasks_name_sets_and_every_set_names_its_source()
    {
        Assert.Same(LengthCatalog.Get("sharegpt"), LengthCatalog.Get("chat"));
        Assert.Same(LengthCatalog.Get("arxiv"), LengthCatalog.Get("summarization"));
        Assert.Same(LengthCatalog.Get("humaneval"), LengthCatalog.Get("code"));
        Assert.Same(LengthCatalog.Get("l-eval"), LengthCatalog.Get("long-context"));
        Assert.All(LengthCatalog.All, p => Assert.Matches(@"§|Fig\.|Table|issue", p.Source));
        Assert.Equal(LengthCatalog.All.Count, LengthCatalog.All.DistinctBy(p => p.Name).Count());
    }

    [Fact]
    public void An_unknown_name_is_told_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() => LengthCatalog.Get("poetry"));
        Assert.Contains("unknown lengths 'poetry'; known are chat,", error.Message, StringComparison.Ordinal);
        Assert.All(LengthCatalog.All, p => Assert.Contains(p.Name, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Uniform_lengths_fill_their_ranges_and_constants_are_constant()
    {
        var random = new RandomStream(1, 1);
        var uniform = new UniformLengths(new(64, 66), new(7, 7));
        var drawn = Enumerable.Range(0, 3000).Select(_ => uniform.Next(random)).ToArray();
        Assert.Equal([64, 65, 66], drawn.Select(d => d.PromptTokens).Distinct().Order());
        Assert.All([64, 65, 66], n => Assert.InRange(drawn.Count(d => d.PromptTokens == n), 850, 1150));
        Assert.All(drawn, d => Assert.Equal(7, d.OutputTokens));
    }

    [Fact]
    public void Impossible_lengths_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenRange(0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenRange(6, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenRange(1, TraceReader.MaxTokens + 1));
        var nothing = new LogNormalLengths
        {
            Prompt = new(100, 0.1, new(90_000, 99_000)),
            Output = new(10, 1, new(1, 100)),
        };
        Assert.Throws<InvalidOperationException>(() => nothing.Next(new RandomStream(1, 1)));
    }

    private static (double[] Prompts, double[] Outputs) Sample(string name)
    {
        var random = new RandomStream(2, 1);
        var lengths = LengthCatalog.Get(name).Distribution;
        var prompts = new double[Count];
        var outputs = new double[Count];
        for (var i = 0; i < Count; i++)
        {
            var drawn = lengths.Next(random);
            (prompts[i], outputs[i]) = (drawn.PromptTokens, drawn.OutputTokens);
        }
        return (prompts, outputs);
    }
}
