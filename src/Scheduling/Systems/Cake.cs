// Owns the compositions that bring stored prefixes back: CAKE, its two halves, and our choice among them.
using Tern.Scheduling.Batching;
using Tern.Scheduling.Restore;

namespace Tern.Scheduling.Systems;

/// <summary>CAKE: a stored prefix is computed from its beginning and loaded from its end until the two meet.</summary>
public static class Cake
{
    private const string Publication = "Jin et al.: Compute Or Load KV Cache? Why Not Both? (CAKE), ICML 2025";

    /// <summary>As published.</summary>
    public static ServingSystem System { get; } =
        new()
        {
            Name = "cake",
            Source = Publication,
            Batching = new ChunkedPrefill(),
            Restore = new Bidirectional(),
        };

    /// <summary>With the estimator and the fallback to one side that the paper leaves to the future.</summary>
    public static ServingSystem Auto { get; } =
        System with
        {
            Name = "cake-auto",
            Source = Publication + ", with our estimator",
            Restore = new Auto(),
        };

    /// <summary>Its baseline that only loads.</summary>
    public static ServingSystem Load { get; } =
        System with
        {
            Name = "cake-load",
            Source = Publication + ", the baseline that only loads",
            Restore = new Load(),
        };
}
