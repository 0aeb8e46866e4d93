// Owns the tests of FastServe's figures, and of the four orders on a case that hands can compute.
using Tern.Scheduling;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Systems;
using Tern.Simulation.Reproductions;
using Tern.Simulation.Workloads;
using Tern.Testing;

namespace Tern.Simulation.Tests.Reproductions;

public sealed class FastServeTests
{
    public static TheoryData<string, double[]> Orders { get; } =
        new()
        {
            // One sequence a step; 10 ms a prompt token and 10 ms a decode. The jobs take 40 + 30, 10 + 20 and 10 ms.
            { "fcfs", [70, 100, 110] },
            // The first prompt holds up the first queue, then all are demoted alike: 40 | 50 | 60 | 70 80 | 90 100 | 110.
            { "naive", [110, 100, 60] },
            // The long prompt joins the third queue, where it does not hold up the others: 10 | 20 | 30 40 | 80 | 90 100 110.
            { "skip-join", [110, 40, 20] },
            { "srpt", [110, 40, 10] },
        };

    [Theory]
    [MemberData(nameof(Orders))]
    public void Three_jobs_end_when_hands_compute(string order, double[] endsMs)
    {
        IOrderingPolicy ordering = order switch
        {
            "fcfs" => new Fcfs(),
            "naive" => new SkipJoinMlfq(SkipJoinMlfq.Options.Naive),
            "skip-join" => new SkipJoinMlfq(),
            _ => new ShortestRemaining(),
        };
        var latency = new TenMsEach();
        var options = new SchedulerOptions
        {
            BlockCount = 100,
            MaxSequences = 8,
            MaxBatchSequences = 1,
            EnablePrefixCaching = false,
            Estimate = latency,
        };
        var system = FastServe.System with { Ordering = ordering };
        var result = new Simulator(options, system, latency).Run([Job(1, 4, 4), Job(2, 1, 3), Job(3, 1, 1)]);
        Assert.Equal(endsMs, result.Timelines.Select(t => t.FinishMs));
    }

    [Fact]
    public void Whoever_preempts_holds_several_times_the_memory_of_FCFS() =>
        Assert.InRange(FastServeSwapping.PeakMemory().Measured, 5, 12);

    [LongFact]
    public void Rates_and_orders_are_those_of_the_paper_where_they_are_said_to_be()
    {
        var rows = FastServeReproduction.Rows().ToList();
        Assert.Equal(18, rows.Count);
        var outside = rows.Where(row => !row.IsMet).ToList();
        // ShareGPT's lengths in OPT's tokens, a server's batch limit, an ablation and a number of requests are not published.
        Assert.Equal(6, outside.Count);
        Assert.All(outside, row => Assert.NotEmpty(row.Remark));
        Assert.DoesNotContain(outside, row => row.Published == "holds");
        Assert.Single(outside, row => row.Experiment.Contains("alpaca"));
    }

    private static TraceRequest Job(int row, int promptTokens, int outputTokens) =>
        new()
        {
            Row = row,
            ArrivalMs = 0,
            PromptTokens = promptTokens,
            OutputTokens = outputTokens,
        };

    private sealed class TenMsEach : ILatencyModel
    {
        public double StepMs(in StepShape step) => 10 * step.Rows;
    }
}
