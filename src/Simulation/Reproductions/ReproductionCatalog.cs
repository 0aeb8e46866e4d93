// Owns the list of publications whose figures are reproduced.
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Reproductions;

/// <summary>Every publication, by name, and our own composition.</summary>
public static class ReproductionCatalog
{
    private const string Mooncake = "mooncake";
    private const string Tern = "tern";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } =
    ["distserve", "fastserve", "loongserve", "muxserve", "dynapipe", "bullet", "cake", Mooncake, Tern];

    /// <summary>Whether the figures rest on public traces.</summary>
    public static bool NeedsTraces(string name) => name is Mooncake or Tern;

    /// <summary>The figures of a publication.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="traces">
    /// Folder of the public traces (<c>azure-2023-code.csv</c>, <c>azure-2023-conversation.csv</c>, <c>mooncake-conversation.jsonl</c>); read only
    /// where <see cref="NeedsTraces"/> says so.
    /// </param>
    /// <exception cref="ArgumentException">There is none of this name, or it needs traces.</exception>
    public static ReproductionSet Get(string name, string? traces = null)
    {
        if (NeedsTraces(name) && traces is null)
            throw new ArgumentException(
                $"{name} is measured on public traces (azure-2023-code.csv, azure-2023-conversation.csv, mooncake-conversation.jsonl); give their folder",
                nameof(traces)
            );
        return name switch
        {
            "distserve" => new(
                name,
                DistServeReproduction.Rows,
                () =>
                    [
                        .. DistServeFormulas.CheckVectors(),
                        .. DistServeFormulas.EnumerationCounts(),
                        .. DistServeFormulas.PrefillQueues(),
                    ]
            ),
            "fastserve" => new(name, FastServeReproduction.Rows, () => [FastServeSwapping.PeakMemory()]),
            "loongserve" => new(
                name,
                LoongServeReproduction.All,
                () => [.. LoongServeReproduction.CostModel(), .. LoongServeReproduction.Batching()]
            ),
            "muxserve" => new(
                name,
                MuxServeReproduction.Rows,
                () => [.. MuxServeReproduction.PowerLawTotals(), .. MuxServeReproduction.StepTimes()]
            ),
            "dynapipe" => new(name, DynaPipeReproduction.Rows, () => []),
            "bullet" => new(name, BulletReproduction.Rows, () => []),
            "cake" => new(name, CakeReproduction.Rows, CakeReproduction.Rows),
            Mooncake => new(
                name,
                () => MooncakeReproduction.Rows(TraceReader.Read(Path.Combine(traces!, "mooncake-conversation.jsonl"))),
                () => []
            ),
            Tern => new(
                name,
                () => TernComparison.Rows((file, most) => RatedWorkload.OfTrace(Path.Combine(traces!, file), most)),
                () => []
            ),
            _ => throw new ArgumentException(
                $"unknown publication '{name}'; known are {string.Join(", ", Names)}",
                nameof(name)
            ),
        };
    }
}
