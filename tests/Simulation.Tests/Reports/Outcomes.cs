// Owns the hand-made requests of the report tests.
using Tern.Simulation.Reports;

namespace Tern.Simulation.Tests.Reports;

internal static class Outcomes
{
    public static RequestOutcome Served(double arrival, double first, double finish, int prompt, int output) =>
        new()
        {
            ArrivalMs = arrival,
            FirstTokenMs = first,
            FinishMs = finish,
            PromptTokens = prompt,
            GeneratedTokens = output,
        };

    /// <summary>A request at time 0 with these latencies, in ms, under DistServe's definitions.</summary>
    public static RequestOutcome With(double ttft, double tpot, int output = 11) =>
        Served(0, ttft, ttft + tpot * (output - 1), prompt: 10, output);

    public static ServingMetrics Metrics(IEnumerable<RequestOutcome> requests, params ServiceObjective[] objectives)
    {
        var metrics = new ServingMetrics(MetricDefinitions.DistServeTestbed, objectives);
        foreach (var request in requests)
            metrics.Add(request);
        return metrics;
    }
}
