// Owns requests made up from an arrival process and a length distribution.
using Tern.Simulation.Workloads.Arrivals;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Simulation.Workloads;

/// <summary>
/// A generated workload of one model. Rows are made as they are read: a workload may be longer than memory. It is the same whenever and
/// wherever it is read: own generator, own logarithm, times on a grid of 1 µs.
/// </summary>
public sealed record SyntheticWorkload
{
    /// <summary>When requests come.</summary>
    public required IArrivalProcess Arrivals { get; init; }

    /// <summary>How long they are.</summary>
    public required ILengthDistribution Lengths { get; init; }

    /// <summary>Where chance begins.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Name of the model; empty: the only one.</summary>
    public string Model { get; init; } = "";

    /// <summary>Number of the model, from 0: models of one seed have chances of their own.</summary>
    public int ModelIndex { get; init; }

    /// <summary>The requests in order of time, rows numbered from 1; without an end unless the arrivals have one.</summary>
    public IEnumerable<TraceRequest> Requests()
    {
        // Arrivals and lengths draw from streams of their own: another rate brings the same requests sooner or later.
        var lengths = new RandomStream(Seed, 2 * (ulong)ModelIndex + 1);
        var row = 0;
        foreach (var ms in Arrivals.TimesMs(new RandomStream(Seed, 2 * (ulong)ModelIndex)))
        {
            var (prompt, output) = Lengths.Next(lengths);
            yield return new TraceRequest
            {
                Row = ++row,
                ArrivalMs = ms,
                PromptTokens = prompt,
                OutputTokens = output,
                Model = Model,
            };
        }
    }
}
