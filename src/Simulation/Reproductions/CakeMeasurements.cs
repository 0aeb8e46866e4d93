// Owns the inputs of CAKE's experiments: the measured cost of a chunk on an A100, and how it carries over to other models.
using Tern.Scheduling.Latency;
using Tern.Scheduling.Restore;

namespace Tern.Simulation.Reproductions;

/// <summary>
/// LongAlpaca-7B on one A100 (Jin et al., ICML 2025, Fig. 4): computing a chunk of 512 tokens takes 38.8 ms at the front and 112.0 ms as the
/// 64th; reading one takes 62.4 ms at 32 Gbit/s. Nothing else is taken from the paper. Another model's step has the arithmetic of its
/// parameters and of its attention in proportion, another bandwidth reads in proportion. Devices share a step evenly and sum their parts
/// over the link between them, which the paper does not name.
/// </summary>
public static class CakeMeasurements
{
    private const double FirstChunkMs = 38.8;
    private const double LastChunkMs = 112.0;
    private const int Chunks = 64;
    private const int Chunk = 512;
    private const double ReadChunkMs = 62.4;
    private const double Gbps = 32;

    /// <summary>What NVLink of an A100 sends to a peer, in GB/s.</summary>
    public const double NvLinkGigabytes = 300;

    /// <summary>What 16 lanes of PCIe 4 send, in GB/s.</summary>
    public const double PcieGigabytes = 32;

    /// <summary>The measured model: 6.74 billion parameters, 32 layers of 4096, 512 kB of keys and values a token.</summary>
    public static Model LongAlpaca7B { get; } = new(6.74, 32 * 4096, 512);

    /// <summary>13.0 billion parameters, 40 layers of 5120, 800 kB a token.</summary>
    public static Model LongAlpaca13B { get; } = new(13.0, 40 * 5120, 800);

    /// <summary>70.6 billion parameters, 80 layers of 8192, grouped queries: 320 kB a token.</summary>
    public static Model Llama70B { get; } = new(70.6, 80 * 8192, 320);

    /// <summary>The restore of a prefix.</summary>
    /// <param name="model">Whose.</param>
    /// <param name="tokens">Its length.</param>
    /// <param name="devices">A100s that share a step evenly.</param>
    /// <param name="share">Share of them that the request gets.</param>
    /// <param name="gbps">Bandwidth of the tier, in Gbit/s.</param>
    /// <param name="linkGigabytes">What a device sends to its peers, in GB/s.</param>
    public static RestoreSimulation Of(
        Model model,
        int tokens,
        int devices = 1,
        double share = 1,
        double gbps = Gbps,
        double linkGigabytes = NvLinkGigabytes
    )
    {
        var slope = (LastChunkMs - FirstChunkMs) / (Chunks - 1);
        var pairMs = slope / ((double)Chunk * Chunk);
        var tokenMs = FirstChunkMs / Chunk - pairMs * (Chunk + 1) / 2;
        var power = devices * share;
        // Two sums over all devices a layer, of two bytes a component, each of which a ring sends twice but for its own part.
        var sumsMs = 2 * 2.0 * model.AttentionWidth * 2 * (devices - 1) / devices / (linkGigabytes * 1e6);
        var compute = new LinearInPairs(
            tokenMs * model.BillionParameters / LongAlpaca7B.BillionParameters / power + sumsMs / share,
            pairMs * model.AttentionWidth / LongAlpaca7B.AttentionWidth / power
        );
        var readMs = ReadChunkMs / Chunk * model.KvKilobytes / LongAlpaca7B.KvKilobytes * Gbps / gbps;
        return new RestoreSimulation { PrefixTokens = tokens, Truth = new RestoreEstimate(compute, 0, readMs) };
    }

    /// <summary>What of a model's shape the costs depend on.</summary>
    /// <param name="BillionParameters">Parameters a token passes through, in billions.</param>
    /// <param name="AttentionWidth">Layers × hidden size.</param>
    /// <param name="KvKilobytes">Keys and values of a token.</param>
    public sealed record Model(double BillionParameters, int AttentionWidth, int KvKilobytes);

    private sealed record LinearInPairs(double TokenMs, double PairMs) : ILatencyModel
    {
        public double StepMs(in StepShape step) => TokenMs * step.Rows + PairMs * step.AttentionPairs;
    }
}
