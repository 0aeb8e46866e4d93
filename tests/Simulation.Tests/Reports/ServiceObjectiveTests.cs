// Owns how an objective is read and what counts as attaining it.
using Tern.Simulation.Reports;

namespace Tern.Simulation.Tests.Reports;

public sealed class ServiceObjectiveTests
{
    private static readonly ServiceObjective _chat = ServiceObjective.Parse("ttft=0.2,tpot=0.1");

    [Fact]
    public void Limits_are_read_in_seconds_and_printed_back()
    {
        var objective = ServiceObjective.Parse(" ttft = 0.25, tpot=1e-1 ,e2e=30,normalized=0.3");
        Assert.Equal(
            new ServiceObjective
            {
                TtftSeconds = 0.25,
                TpotSeconds = 0.1,
                EndToEndSeconds = 30,
                NormalizedSeconds = 0.3,
            },
            objective
        );
        Assert.Equal("TTFT ≤ 0.2 s, TPOT ≤ 0.1 s", _chat.ToString());
    }

    [Theory]
    [InlineData("ttft=0", "ttft=0: a limit is a positive")]
    [InlineData("ttft=0.2,tpot=-1", "tpot=-1: a limit is a positive")]
    [InlineData("tpot=NaN", "tpot=NaN: a limit is a positive")]
    [InlineData("tpot=Infinity", "tpot=Infinity: a limit is a positive")]
    [InlineData("tpot=fast", "tpot=fast: a limit is a positive")]
    [InlineData("tpot=0,1", "tpot=0: a limit is a positive")]
    [InlineData("tbt=0.1", "tbt=0.1: unknown key; keys are ttft, tpot, e2e, normalized")]
    [InlineData("ttft=1,ttft=2", "ttft=2: the key is given twice")]
    [InlineData("ttft=1,", "'': an entry is key=seconds")]
    [InlineData("", "'': an entry is key=seconds")]
    public void A_bad_entry_is_named_with_what_is_valid(string text, string expected)
    {
        var error = Assert.Throws<ServiceObjectiveException>(() => ServiceObjective.Parse(text));
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Joint_attainment_asks_both_of_one_request_and_separate_asks_each_of_all()
    {
        var metrics = Outcomes.Metrics(
            [
                Outcomes.With(ttft: 200, tpot: 100), // at both limits: met
                Outcomes.With(ttft: 100, tpot: 150),
                Outcomes.With(ttft: 300, tpot: 50),
                Outcomes.With(ttft: 300, tpot: 150),
            ],
            _chat
        );
        var attainment = metrics.Attainments[0];
        Assert.Equal((0.25, 0.5, 0.5, 0.5), (attainment.Joint, attainment.Ttft, attainment.Tpot, attainment.Separate));
    }

    [Theory]
    [InlineData("e2e=1.2", 0.5)]
    [InlineData("normalized=0.1", 0.5)]
    [InlineData("ttft=0.2", 1.0)]
    [InlineData("ttft=0.2,e2e=1.2", 0.5)]
    public void Only_the_limits_given_are_asked(string objective, double joint)
    {
        RequestOutcome[] requests = [Outcomes.With(ttft: 100, tpot: 100), Outcomes.With(ttft: 200, tpot: 200)];
        var attainment = Outcomes.Metrics(requests, ServiceObjective.Parse(objective)).Attainments[0];
        Assert.Equal(joint, attainment.Joint);
        Assert.Equal(joint, attainment.Separate);
    }

    [Theory]
    [InlineData(true, 0.25)]
    [InlineData(false, 1.0)]
    public void Requests_not_served_miss_the_objective_unless_left_out(bool counts, double expected)
    {
        var metrics = new ServingMetrics(MetricDefinitions.DistServeTestbed, _chat) { CountsUnserved = counts };
        metrics.Add(Outcomes.With(100, 50));
        metrics.Add(Outcomes.With(100, 50) with { Cancelled = true });
        metrics.Add(Outcomes.With(100, 50) with { FinishMs = double.NaN });
        metrics.AddRejected();
        Assert.Equal((1, 2, 1), (metrics.Served, metrics.Unfinished, metrics.Rejected));
        var attainment = metrics.Attainments[0];
        Assert.Equal((expected, expected), (attainment.Joint, attainment.Separate));
    }

    [Fact]
    public void A_sweep_of_scales_counts_every_scale_in_one_pass()
    {
        double[] scales = [0.5, 1, 2];
        var metrics = Outcomes.Metrics(
            [Outcomes.With(90, 40), Outcomes.With(150, 90), Outcomes.With(350, 90), Outcomes.With(900, 10)],
            [.. scales.Select(_chat.Scaled)]
        );
        Assert.Equal([0.25, 0.5, 0.75], metrics.Attainments.Select(a => a.Joint));
    }

    [Fact]
    public void Without_requests_there_is_no_attainment() =>
        Assert.True(double.IsNaN(Outcomes.Metrics([], _chat).Attainments[0].Joint));
}
