// Owns the tests of DynaPipe's predictor.
using Tern.Scheduling.Latency;
using Tern.Scheduling.Partitioning;

namespace Tern.Scheduling.Tests.Partitioning;

public sealed class StageTimePredictorTests
{
    private static readonly StageTimePredictor _truth = new()
    {
        LayerPerToken = 2e-3,
        LayerPerPair = 3e-7,
        LayerPerSequence = 1e-3,
        LayerFixed = 0.4,
        SamplePerToken = 0.01,
        SampleFixed = 1.5,
    };

    [Fact]
    public void A_fit_finds_the_coefficients_that_made_the_measurements()
    {
        var fitted = StageTimePredictor.Fit(Measured(), fixedPart: true);
        Assert.Equal(_truth.LayerPerToken, fitted.LayerPerToken, 9);
        Assert.Equal(_truth.LayerPerPair, fitted.LayerPerPair, 12);
        Assert.Equal(_truth.LayerPerSequence, fitted.LayerPerSequence, 9);
        Assert.Equal(_truth.LayerFixed, fitted.LayerFixed, 9);
        Assert.Equal(_truth.SamplePerToken, fitted.SamplePerToken, 9);
        Assert.Equal(_truth.SampleFixed, fitted.SampleFixed, 9);
    }

    [Fact]
    public void No_change_of_a_coefficient_makes_the_published_form_fit_better()
    {
        var samples = Measured();
        var fitted = StageTimePredictor.Fit(samples);
        Assert.Equal(0, fitted.LayerFixed);
        var least = Error(fitted);
        foreach (var factor in new[] { 0.99, 1.01 })
        {
            Assert.True(least < Error(fitted with { LayerPerToken = fitted.LayerPerToken * factor }));
            Assert.True(least < Error(fitted with { LayerPerPair = fitted.LayerPerPair * factor }));
            Assert.True(least < Error(fitted with { LayerPerSequence = fitted.LayerPerSequence * factor }));
        }

        double Error(StageTimePredictor predictor) =>
            samples.Sum(s => Math.Pow(predictor.LayerMs(s.Step) / s.LayerMs - 1, 2));
    }

    [Fact]
    public void Measurements_that_do_not_determine_the_fit_are_refused()
    {
        var same = Enumerable.Repeat(Measured()[0], 10).ToArray();
        var refused = Assert.Throws<ArgumentException>(() => StageTimePredictor.Fit(same));
        Assert.Contains("differ in rows", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_samples_nothing_has_no_tail() =>
        Assert.Equal(0, _truth.SampleMs(new StepShape { PrefillTokens = 2048, PrefillSequences = 1 }));

    private static StageSample[] Measured() =>
        [
            .. from sequences in new[] { 1, 8, 64 }
            from context in new[] { 100, 1000 }
            from chunk in new[] { 0, 512, 1500 }
            let step = StepShape.Decode(sequences, sequences * context) with
            {
                PrefillSequences = chunk > 0 ? 1 : 0,
                PrefillTokens = chunk,
                PrefillPairs = chunk * (chunk + 1L) / 2,
            }
            select new StageSample(step, _truth.LayerMs(step), _truth.SampleMs(step)),
        ];
}
