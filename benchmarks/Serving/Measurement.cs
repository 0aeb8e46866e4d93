// Owns what is measured of a simulated run: time, events and memory of the simulator, not of what it simulates.
using System.Diagnostics;
using Tern.Simulation;
using Tern.Simulation.Reports;
using Tern.Simulation.Workloads;

namespace Tern.Serving.Benchmarks;

/// <summary>One run, its figures streamed. User time beside wall time, as the machine may be shared.</summary>
internal sealed record Measurement(
    string Name,
    double Seconds,
    double UserSeconds,
    double PeakMegabytes,
    SimulationResult Result
)
{
    /// <summary>Runs a workload.</summary>
    public static Measurement Of(string name, ClusterPlan plan, IEnumerable<TraceRequest> workload)
    {
        using var process = Process.GetCurrentProcess();
        var metrics = new ServingMetrics(MetricDefinitions.FastServe);
        var user = process.UserProcessorTime;
        long start = Stopwatch.GetTimestamp();
        var result = new Simulator(plan) { KeepTimelines = false, Finished = timeline => metrics.Add(timeline) }.Run(
            workload
        );
        var elapsed = Stopwatch.GetElapsedTime(start);
        process.Refresh();
        return new Measurement(
            name,
            elapsed.TotalSeconds,
            (process.UserProcessorTime - user).TotalSeconds,
            process.PeakWorkingSet64 / 1e6,
            result
        );
    }

    /// <summary>Prints the names of the columns.</summary>
    public static void PrintHeader() =>
        Console.WriteLine(
            $"{"run", -32} {"wall s", 8} {"user s", 8} {"events", 12} {"events/s", 12} {"us/event", 9} {"peak MB", 8} {"served", 9} {"simulated s", 12}"
        );

    /// <summary>Prints the figures; rates are by user time.</summary>
    public void Print() =>
        Console.WriteLine(
            $"{Name, -32} {Seconds, 8:F1} {UserSeconds, 8:F1} {Result.Events, 12} {Result.Events / UserSeconds, 12:F0} "
                + $"{1e6 * UserSeconds / Result.Events, 9:F2} {PeakMegabytes, 8:F0} {Result.Served, 9} {Result.DurationMs / 1000, 12:F0}"
        );
}
