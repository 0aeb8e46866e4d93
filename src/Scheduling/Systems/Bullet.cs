// Owns the composition that is Bullet.
using Tern.Scheduling.Batching;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Partitioning;

namespace Tern.Scheduling.Systems;

/// <summary>Bullet: prefill and decode side by side on one device, its compute units dealt out again every few layers.</summary>
public static class Bullet
{
    /// <summary>The composition with the released code's limits.</summary>
    public static ServingSystem System { get; } = With(new SloSplit.Options());

    /// <summary>The composition for other limits.</summary>
    public static ServingSystem With(SloSplit.Options settings) =>
        new()
        {
            Name = "bullet",
            Source =
                "Lin et al.: Bullet: Boosting GPU Utilization for LLM Serving via Dynamic Spatial-Temporal Orchestration, ASPLOS 2026",
            Ordering = new NormalizedDeadline(settings.NormalizedTtftMs),
            Batching = new PrefillOnly(new PrefillOnly.Options(settings.MaxPrefillTokens)),
            DecodeBatching = new DecodeOnly(),
            Sharing = new SloSplit(settings),
        };
}
