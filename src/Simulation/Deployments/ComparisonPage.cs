// Owns the report page of a comparison: what went in, the table, and the curves.
using Tern.Simulation.Reports;
using Tern.Simulation.Reports.Charts;

namespace Tern.Simulation.Deployments;

/// <summary>Makes the page of a comparison.</summary>
public static class ComparisonPage
{
    /// <summary>The page.</summary>
    /// <param name="comparison">What was compared.</param>
    /// <param name="result">What was found.</param>
    /// <param name="commandLine">The command that makes the page again.</param>
    public static HtmlReport Of(Comparison comparison, ComparisonResult result, string commandLine)
    {
        var spec = comparison.Deployments[0].Spec;
        return new HtmlReport
        {
            Title =
                $"{spec.Model} on {spec.Devices} × {spec.Device}: {string.Join(", ", comparison.Deployments.Select(d => d.Name))}",
            CommandLine = commandLine,
            Inputs = [.. Inputs(comparison, result)],
            Table = new ResultTable(result.Runs),
            Charts = ReportCharts.All(result.Systems, comparison.Target, []),
        };
    }

    /// <summary>What went into a comparison: names and values, in the order to show.</summary>
    public static IEnumerable<(string Name, string Value)> Inputs(Comparison comparison, ComparisonResult result)
    {
        yield return ("workload", comparison.Workload.ToString());
        var instances = comparison.Deployments.GroupBy(d => d.Instances).ToList();
        foreach (var group in instances)
        {
            var whose = instances.Count == 1 ? "" : $"{string.Join(", ", group.Select(d => d.Name))}: ";
            yield return ("instances", whose + group.Key);
        }
        yield return (
            "systems",
            string.Join(
                "; ",
                comparison
                    .Deployments.GroupBy(d => d.Layout)
                    .Select(g => $"{string.Join(", ", g.Select(d => d.Name))} ({g.Key})")
            )
        );
        yield return ("step times", StepTimes(comparison.Deployments[0].Spec));
        if (result.ShownRate is { } rate)
            yield return (
                "distributions and gauges",
                FormattableString.Invariant(
                    $"at {rate} req/s, the highest of the rates that a system serves in time (else the lowest)"
                )
            );
    }

    private static string StepTimes(DeploymentSpec spec) =>
        spec switch
        {
            { Machine.Latency: var curves } => FormattableString.Invariant(
                $"{curves.Steps} steps measured ({spec.Machine.Source}): error of the curves mean {curves.MeanRelativeError:P1}, largest {curves.MaxRelativeError:P1}"
            ),
            { Measurements: { } table } => FormattableString.Invariant(
                $"fitted to {table.Rows} measurements: error mean {table.MeanRelativeError:P1}, median {table.MedianRelativeError:P1}, largest {table.MaxRelativeError:P1}, R² {table.RSquared:0.0000}"
            ),
            { Latency: LatencySource.Published } => "profiles published with DistServe (A100 80 GB)",
            _ => "roofline of data sheet and dimensions, nothing fitted",
        };
}
