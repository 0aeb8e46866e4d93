// Owns the curves of a real machine: they go through what was measured, never fall, and tell how far off they are.
using FsCheck;
using FsCheck.Fluent;
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Tests.Latency;

public sealed class CalibratedTests
{
    private static readonly int[] _sizes = [1, 2, 4, 8, 16, 64, 256];

    [Fact]
    public void Every_measured_step_is_met_where_its_parts_add_up()
    {
        // Weights first decide, then arithmetic: no line fits that.
        var steps = Measured(s =>
            Math.Max(5, 0.4 * s.Rows) + 0.7 * s.SampledTokens + 1e-4 * s.PrefillPairs + 2e-3 * s.DecodeContext
        );
        var curves = Calibrated.Fit(steps);
        Assert.All(steps, step => Assert.Equal(step.Ms, curves.StepMs(step.Step), 1e-9));
        Assert.InRange(curves.MaxRelativeError, 0, 1e-9);
        Assert.Equal(steps.Length, curves.Steps);
        Assert.Equal(1e-4, curves.PerPair, 1e-9);
        Assert.Equal(2e-3, curves.PerContextToken, 1e-9);
    }

    [Fact]
    public void Prefill_and_decode_in_one_step_read_the_weights_once()
    {
        var curves = Calibrated.Fit(Measured(s => 5 + 0.1 * s.Rows + 0.2 * s.SampledTokens));
        var mixed = StepShape.Chunk(0, 64) with { DecodeTokens = 8, DecodeContext = 800, SampledTokens = 8 };
        Assert.Equal(5 + 7.2 + 1.6, curves.StepMs(mixed), 1e-9);
    }

    [Fact]
    public void Steps_of_the_least_context_are_met_whatever_attention_costs()
    {
        // Context that gets cheaper as it grows is no line; sizes stay exact, and the rest is in the error.
        var steps = Measured(s =>
            3 + 0.2 * s.Rows + 0.5 * s.SampledTokens + Math.Sqrt(s.PrefillPairs + s.DecodeContext)
        );
        var curves = Calibrated.Fit(steps);
        Assert.All(
            steps.Where(s => s.Step.SampledTokens == 0).DistinctBy(s => s.Step.PrefillTokens),
            step => Assert.Equal(step.Ms, curves.StepMs(step.Step), 1e-9)
        );
        Assert.True(curves.MeanRelativeError > 0.001);
        Assert.True(curves.MaxRelativeError >= curves.MeanRelativeError);
    }

    [Fact]
    public void More_work_never_takes_less_time_whatever_the_noise()
    {
        var shape =
            from rows in Gen.Choose(0, 700)
            from decodes in Gen.Choose(0, 300)
            from sampled in Gen.Choose(0, 300)
            from pairs in Gen.Choose(0, 200_000)
            from context in Gen.Choose(0, 200_000)
            select new StepShape
            {
                PrefillTokens = rows,
                PrefillPairs = rows + pairs,
                DecodeTokens = decodes,
                DecodeContext = decodes + context,
                SampledTokens = sampled,
            };
        var cases =
            from noise in Gen.Choose(20, 500).ArrayOf(Measured(_ => 1).Length)
            from least in shape
            from more in shape
            select (noise, least, more);
        Prop.ForAll(
                Arb.From(cases),
                c =>
                {
                    var i = 0;
                    var curves = Calibrated.Fit(
                        Measured(s => (2 + 0.1 * s.Rows + 1e-4 * s.PrefillPairs) * c.noise[i++] / 100)
                    );
                    var both = new StepShape
                    {
                        PrefillTokens = c.least.PrefillTokens + c.more.PrefillTokens,
                        PrefillPairs = c.least.PrefillPairs + c.more.PrefillPairs,
                        DecodeTokens = c.least.DecodeTokens + c.more.DecodeTokens,
                        DecodeContext = c.least.DecodeContext + c.more.DecodeContext,
                        SampledTokens = c.least.SampledTokens + c.more.SampledTokens,
                    };
                    var (few, many) = (curves.StepMs(c.least), curves.StepMs(both));
                    return few > 0 && few <= many && double.IsFinite(many);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Beyond_the_largest_measured_step_the_price_of_a_row_goes_on()
    {
        var curves = Calibrated.Fit(Measured(s => 5 + 0.1 * s.Rows + 0.2 * s.SampledTokens));
        Assert.Equal(5 + 100, curves.StepMs(StepShape.Chunk(0, 1000)), 1e-9);
        Assert.Equal(5 + 300, curves.StepMs(StepShape.Decode(1000, 1000)), 1e-9);
    }

    [Fact]
    public void A_chunk_and_a_decode_are_enough_and_either_alone_is_not()
    {
        MeasuredStep[] two = [new(StepShape.Chunk(0, 1), 4), new(StepShape.Decode(1, 16), 5)];
        var curves = Calibrated.Fit(two);
        Assert.Equal(5, curves.StepMs(StepShape.Decode(1, 16)), 1e-12);
        Assert.True(curves.StepMs(StepShape.Decode(8, 128)) > 5);
        Assert.Throws<ArgumentException>(() => Calibrated.Fit(two[..1]));
        Assert.Throws<ArgumentException>(() => Calibrated.Fit(two[1..]));
    }

    [Fact]
    public void What_is_no_measurement_is_refused()
    {
        var steps = Measured(_ => 1);
        Assert.Throws<ArgumentException>(() => Calibrated.Fit([.. steps, new(StepShape.Chunk(0, 8), 0)]));
        Assert.Throws<ArgumentException>(() => Calibrated.Fit([.. steps, new(StepShape.Chunk(0, 8), double.NaN)]));
        Assert.Throws<ArgumentException>(() => Calibrated.Fit([.. steps, new(default, 1)]));
        Assert.Throws<ArgumentException>(() => Calibrated.Fit([.. steps, new(StepShape.Decode(8, 7), 1)]));
    }

    /// <summary>A chunk and a decode of each size, shallow and deep, and a step that is both.</summary>
    private static MeasuredStep[] Measured(Func<StepShape, double> ms)
    {
        var steps = new List<StepShape>();
        foreach (var size in _sizes)
        {
            steps.AddRange([StepShape.Chunk(0, size), StepShape.Decode(size, 16L * size)]);
            steps.AddRange([StepShape.Chunk(1000, size), StepShape.Decode(size, 1000L * size)]);
        }
        steps.Add(StepShape.Chunk(0, 64) with { DecodeTokens = 8, DecodeContext = 128, SampledTokens = 8 });
        return [.. steps.Select(step => new MeasuredStep(step, ms(step)))];
    }
}
