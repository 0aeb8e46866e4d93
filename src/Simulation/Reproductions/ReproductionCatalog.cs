// Owns the list of publications whose figures are reproduced.
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Reproductions;

/// <summary>Every publication, and our own comparison, by name.</summary>
public static class ReproductionCatalog
{
    private const string MooncakeTrace = "mooncake-conversation.jsonl";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } =
    ["distserve", "loongserve", "muxserve", "dynapipe", "bullet", "cake", "mooncake", "tern"];

    /// <summary>Those of them whose figures rest on public traces.</summary>
    public static IReadOnlyList<string> OnTraces { get; } = ["mooncake", "tern"];

    /// <summary>The figures of a publication.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="traces">Directory of the public traces under their published names; needed by <see cref="OnTraces"/>.</param>
    /// <exception cref="ArgumentException">There is none of this name, or it needs the traces.</exception>
    public static ReproductionSet Get(string name, string? traces = null) =>
        name switch
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
            "mooncake" or "tern" when traces is null => throw new ArgumentException(
                $"{name} runs on public traces (azure-2023-code.csv, azure-2023-conversation.csv, {MooncakeTrace}); give their directory",
                nameof(traces)
            ),
            "mooncake" => new(
                name,
                () => MooncakeReproduction.Rows(TraceReader.Read(Path.Combine(traces!, MooncakeTrace))),
                () => []
            ),
            "tern" => new(
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
