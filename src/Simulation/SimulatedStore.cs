// Owns which prefixes a simulated slower tier holds.
using Tern.Simulation.Workloads;

namespace Tern.Simulation;

/// <summary>A tier without limit that keeps the keys and values of every prompt once it was computed, found by the trace's prefix ids.</summary>
internal sealed class SimulatedStore
{
    private readonly HashSet<long> _blocks = [];

    /// <summary>Tokens at the beginning of a prompt that are stored.</summary>
    public int StoredTokens(TraceRequest request)
    {
        var blocks = 0;
        while (blocks < request.PrefixIds.Count && _blocks.Contains(request.PrefixIds[blocks]))
            blocks++;
        return Math.Min(blocks * TraceRequest.PrefixBlock, request.PromptTokens);
    }

    /// <summary>Keeps what was computed for a request.</summary>
    public void Keep(TraceRequest request) => _blocks.UnionWith(request.PrefixIds);
}
