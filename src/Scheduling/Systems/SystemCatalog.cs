// Owns the list of serving systems.
namespace Tern.Scheduling.Systems;

/// <summary>Every serving system there is, by name.</summary>
public static class SystemCatalog
{
    /// <summary>All systems.</summary>
    public static IReadOnlyList<ServingSystem> All { get; } =
    [
        FasterTransformer.System,
        Orca.System,
        Vllm.System,
        SarathiServe.System,
        FastServe.System,
        FastServe.Released,
        DistServe.System,
        MuxServe.System,
        DynaPipe.System,
        DynaPipe.Exact,
        Bullet.System,
        Mooncake.System,
        Cake.Load,
        Cake.System,
        Cake.Auto,
        TernServe.System,
    ];

    /// <summary>The system with this name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static ServingSystem Get(string name)
    {
        foreach (var system in All)
        {
            if (system.Name == name)
                return system;
        }
        throw new ArgumentException(
            $"unknown serving system '{name}'; known are {string.Join(", ", All.Select(s => s.Name))}",
            nameof(name)
        );
    }
}
