// Owns the composition that is Sarathi-Serve.
using Tern.Scheduling.Batching;

namespace Tern.Scheduling.Systems;

/// <summary>Sarathi-Serve: vLLM's ledger with chunked prefill beside the decodes. What Tern uses unless told otherwise.</summary>
public static class SarathiServe
{
    /// <summary>The composition.</summary>
    public static ServingSystem System { get; } =
        new()
        {
            Name = "sarathi-serve",
            Source =
                "Agrawal et al.: Taming Throughput-Latency Tradeoff in LLM Inference with Sarathi-Serve, OSDI 2024",
            Batching = new ChunkedPrefill(),
        };
}
