// Owns the list of publications whose figures are reproduced.
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Reproductions;

/// <summary>Every publication, by name.</summary>
public static class ReproductionCatalog
{
    /// <summary>The publication whose figures rest on a public trace.</summary>
    public const string OnTrace = "mooncake";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } =
    ["distserve", "loongserve", "muxserve", "dynapipe", "bullet", "cake", OnTrace];

    /// <summary>The figures of a publication.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="trace">Mooncake's conversation trace; needed by <see cref="OnTrace"/> alone, and read only then.</param>
    /// <exception cref="ArgumentException">There is none of this name, or it needs the trace.</exception>
    public static ReproductionSet Get(string name, Func<IReadOnlyList<TraceRequest>>? trace = null) =>
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
            OnTrace => trace is null
                ? throw new ArgumentException(
                    $"{OnTrace} is reproduced on its public conversation trace (mooncake-conversation.jsonl); give that file",
                    nameof(trace)
                )
                : new(name, () => MooncakeReproduction.Rows(trace()), () => []),
            _ => throw new ArgumentException(
                $"unknown publication '{name}'; known are {string.Join(", ", Names)}",
                nameof(name)
            ),
        };
}
