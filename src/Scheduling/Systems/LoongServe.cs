// Owns the composition that is LoongServe: its options, its ablations, and the deployment it was published with.
using Tern.Scheduling.Partitioning.ElasticInstances;

namespace Tern.Scheduling.Systems;

/// <summary>
/// LoongServe: elastic sequence parallelism. It schedules groups of instances rather than one worker's batch, so it is an
/// <see cref="ElasticScheduler"/> and not a <see cref="ServingSystem"/>.
/// </summary>
public static class LoongServe
{
    /// <summary>Name on the command line and in tables.</summary>
    public const string Name = "loongserve";

    /// <summary>Where it was published.</summary>
    public const string Source =
        "Wu et al.: LoongServe: Efficiently Serving Long-Context Large Language Models with Elastic Sequence Parallelism, SOSP 2024";

    /// <summary>The options of the published evaluation on one node (artifact, <c>5-start-api-server.py</c>).</summary>
    /// <param name="instances">Elastic instances.</param>
    /// <param name="tensorParallel">GPUs of each: 1, 2, 4 or 8.</param>
    /// <param name="maxOutOfOrder">1 for ShareGPT, 8 for L-Eval and LV-Eval, 4 for Mixed, 64 for Zipf.</param>
    /// <exception cref="ArgumentOutOfRangeException">The artifact has no capacity for so many GPUs.</exception>
    public static ElasticOptions Published(int instances, int tensorParallel, int maxOutOfOrder) =>
        new()
        {
            Instances = instances,
            SlotsPerInstance = PublishedSlots(tensorParallel),
            MaxSequences = 1024,
            AverageDecodingMs = 22,
            MaxOutOfOrder = maxOutOfOrder,
            MaxPrefillMs = 5000,
            MinComputeBoundBatch = 128,
        };

    /// <summary>Token slots of an instance of so many A800-80G GPUs with LWM-1M-Text, as the artifact sets them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The artifact has no such instance.</exception>
    public static int PublishedSlots(int tensorParallel) =>
        tensorParallel switch
        {
            1 => 110_000,
            2 => 210_000,
            4 => 500_000,
            8 => 900_000,
            _ => throw new ArgumentOutOfRangeException(
                nameof(tensorParallel),
                tensorParallel,
                "the artifact has instances of 1, 2, 4 and 8 GPUs"
            ),
        };

    /// <summary>
    /// LWM-1M-Text (Llama-2-7B's shape) on A800-80G GPUs (an A100 with 400 GB/s of NVLink). Peaks are the device sheet's. Efficiencies and
    /// latencies come from published measurements of single iterations, none from a result:
    /// dense 0.82 and 0.45 ms a layer from DistServe's OPT-13B prefill (0.1019 ms a token, 18.1 ms for 40 layers); weights 0.8, 0.1 ms a layer
    /// and keys 0.64 from its decode (19.93 ms, 6.27e-4 ms a token); attention 0.35, within FlashAttention's 0.3–0.5 on an A100 (Dao, 2023);
    /// the ring's 0.18 ms and the exchange's 0.13 ms a layer from the artifact's toy example (4 instances of 2 GPUs, 100 tokens: prefill
    /// 32.8 ms, decode 12.4 ms).
    /// </summary>
    public static ElasticRoofline LwmOnA800(int tensorParallel) =>
        new()
        {
            Parameters = 6.74e9,
            Layers = 32,
            Hidden = 4096,
            KvBytesPerToken = 2 * 32 * 4096 * 2,
            TensorParallel = tensorParallel,
            FlopsPerSecond = 312e12,
            BytesPerSecond = 2.039e12,
            LinkBytesPerSecond = 200e9,
            DenseEfficiency = 0.82,
            AttentionEfficiency = 0.35,
            WeightEfficiency = 0.8,
            KvEfficiency = 0.64,
            LinkEfficiency = 0.8,
            PrefillLayerMs = 0.45,
            DecodeLayerMs = 0.1,
            AllReduceMs = 0.015,
            RingHopMs = 0.18,
            ExchangeMs = 0.13,
        };
}
