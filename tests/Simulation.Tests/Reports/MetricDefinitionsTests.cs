// Owns the definitions of the published systems, on requests whose latencies are computed by hand.
using Tern.Scheduling;
using Tern.Scheduling.Systems;
using Tern.Simulation.Reports;

namespace Tern.Simulation.Tests.Reports;

public sealed class MetricDefinitionsTests
{
    // Arrives at 100, first token at 300, last at 1200 ms; 40 tokens in, 10 out.
    [Theory]
    [InlineData("distserve", 200.0, 900.0 / 9, 1100.0 / 10)]
    [InlineData("distserve-simulator", 200.0, 900.0 / 10, 1100.0 / 10)]
    [InlineData("fastserve", 200.0, 1100.0 / 10, 1100.0 / 10)]
    [InlineData("loongserve", 200.0 / 40, 900.0 / 9, 1100.0 / 50)]
    [InlineData("muxserve", 200.0, 900.0 / 10, 1100.0 / 10)]
    public void Each_system_computes_its_own_latencies(string name, double ttft, double tpot, double normalized)
    {
        var definitions = MetricDefinitions.Named(name);
        var request = Outcomes.Served(100, 300, 1200, prompt: 40, output: 10);
        Assert.Equal(
            (ttft, tpot, normalized),
            (definitions.TtftMs(request), definitions.TpotMs(request), definitions.NormalizedMs(request))
        );
    }

    [Theory]
    [InlineData("distserve", 0.0)]
    [InlineData("distserve-simulator", 0.0)]
    [InlineData("fastserve", 200.0)]
    [InlineData("loongserve", 0.0)]
    public void An_answer_of_one_token_has_no_decode_time(string name, double tpot) =>
        Assert.Equal(tpot, MetricDefinitions.Named(name).TpotMs(Outcomes.Served(100, 300, 300, prompt: 40, output: 1)));

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() => MetricDefinitions.Named("orca"));
        Assert.Contains(
            "'orca'; known: distserve, distserve-simulator, fastserve, loongserve, muxserve",
            error.Message
        );
    }

    [Fact]
    public void A_schedulers_timeline_gives_the_same_figures()
    {
        var scheduler = new Scheduler(new SchedulerOptions { BlockCount = 8 }, SarathiServe.System);
        var request = new Request
        {
            Id = "a",
            Prompt = new int[20],
            MaxNewTokens = 3,
        };
        var timeline = scheduler.Add(request, 5)[0].Timeline;
        foreach (var (begin, end) in new[] { (7, 30), (30, 42), (42, 60) })
        {
            var batch = scheduler.Next(begin)!;
            scheduler.Complete(batch, [new SampledToken(1)], end);
        }
        var metrics = new ServingMetrics(MetricDefinitions.DistServeTestbed);
        metrics.Add(timeline);
        Assert.Equal((25, 15, 55), (metrics.Ttft.Max, metrics.Tpot.Max, metrics.EndToEnd.Max));
        Assert.Equal((1, 20, 3), (metrics.Served, metrics.PromptTokens, metrics.GeneratedTokens));
    }
}
