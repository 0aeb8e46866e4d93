// Owns what every simulation must keep, whatever the system: judged from its result alone.
using System.Globalization;
using Tern.Scheduling;
using Tern.Simulation.Reports;

namespace Tern.Simulation.Tests.Conformance;

internal static class SimulationPromises
{
    /// <summary>Runs the scenario twice and judges the results.</summary>
    public static void Check(SystemUnderTest subject, Scenario scenario)
    {
        var deploy = subject.Deploy!;
        var result = deploy(scenario).Run(scenario.Trace);
        EveryRequestIsServedOnceOrRefused(subject, scenario, result);
        NothingIsHeldAtTheEnd(result);
        foreach (var timeline in result.Timelines)
            TimesAreInOrder(timeline, result.DurationMs);
        if (result.Workers.Count == 1 && result.Batches.Count > 0)
            StepsFollowEachOther(scenario, result.Batches);
        var again = deploy(scenario).Run(scenario.Trace);
        Assert.Equal(Bytes(result), Bytes(again));
    }

    private static void EveryRequestIsServedOnceOrRefused(
        SystemUnderTest subject,
        Scenario scenario,
        SimulationResult result
    )
    {
        var refused = result.Refused.ToDictionary(r => r.Row.ToString(CultureInfo.InvariantCulture), r => r.Reason);
        var served = result.Timelines.ToDictionary(t => t.RequestId); // throws if one is there twice
        Assert.Equal(scenario.Requests.Count, served.Count + refused.Count);
        Assert.Equal(served.Count, result.Served);
        Assert.All(refused.Values, Assert.NotEmpty);
        var longest = subject.Longest(scenario);
        foreach (var request in scenario.Requests)
        {
            var id = request.Row.ToString(CultureInfo.InvariantCulture);
            if (refused.TryGetValue(id, out var reason))
            {
                // Only what cannot be served is refused: where one worker prefills and another decodes, two tokens are the least.
                var least = subject.RefusesLongAnswers ? request.Output : 2;
                Assert.True(request.Prompt + least > longest, $"request {id} is refused: {reason}");
                continue;
            }
            Assert.Equal(Math.Min(request.Output, longest - request.Prompt), served[id].GeneratedTokens);
            Assert.Equal(request.Ms, served[id].ArrivalMs);
        }
    }

    private static void NothingIsHeldAtTheEnd(SimulationResult result)
    {
        Assert.InRange(result.KvHighWater, 0, 1);
        foreach (var worker in result.Workers)
        {
            var stats = worker.Stats;
            Assert.Equal(
                (0, 0, 0, 0, 0, 0, 0),
                (
                    stats.HeldBlocks,
                    stats.HeldHostBlocks,
                    stats.Running,
                    stats.Waiting,
                    stats.Swapped,
                    stats.Parked,
                    stats.InFlight
                )
            );
            Assert.InRange(worker.MaxHeldBlocks, 0, stats.TotalBlocks);
        }
    }

    private static void TimesAreInOrder(RequestTimeline timeline, double endMs)
    {
        Assert.True(
            timeline.ArrivalMs <= timeline.FirstScheduledMs
                && timeline.FirstScheduledMs < timeline.FirstTokenMs
                && timeline.FirstTokenMs <= timeline.FinishMs
                && timeline.FinishMs <= endMs,
            $"request {timeline.RequestId}: {timeline.ArrivalMs}, {timeline.FirstScheduledMs}, {timeline.FirstTokenMs}, {timeline.FinishMs}, end {endMs}"
        );
    }

    /// <summary>A step begins when the first stage is free, and no more are in flight than there are stages.</summary>
    private static void StepsFollowEachOther(Scenario scenario, IReadOnlyList<BatchRecord> steps)
    {
        var done = new double[steps.Count];
        var stageFree = new double[scenario.Depth];
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            Assert.Equal(i + 1, step.Step);
            Assert.True(
                step.StartMs >= stageFree[0],
                $"step {step.Step} begins at {step.StartMs}, the stage is free at {stageFree[0]}"
            );
            if (i >= scenario.Depth)
                Assert.True(step.StartMs >= done[i - scenario.Depth], $"step {step.Step}: the pipeline is full");
            var ms = step.Tokens > 0 ? scenario.Latency.StageMs(step.Tokens) : 0;
            var at = step.StartMs;
            for (var stage = 0; stage < stageFree.Length; stage++)
                at = stageFree[stage] = Math.Max(at, stageFree[stage]) + ms;
            done[i] = at;
        }
    }

    private static string Bytes(SimulationResult result)
    {
        var text = new StringWriter();
        TimelineWriter.Write(text, result.Timelines);
        foreach (var batch in result.Batches)
            text.Write($"{batch.Step} {batch.StartMs:R} {batch.Content}\n");
        foreach (var (row, reason) in result.Refused)
            text.Write($"{row} {reason}\n");
        return text.ToString();
    }
}
