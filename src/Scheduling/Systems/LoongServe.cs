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
    /// latencies come from the single iterations that the artifact's notebooks print (<c>3-data-analyse-intro.ipynb</c>, Fig. 3: 18 prefills of
    /// 400K to 800K tokens and their decode steps at TP 8, SP 2 x TP 4, SP 4 x TP 2; <c>6-data-analyse-evaluation.ipynb</c>: 38.5 ms and 9.8 ms for
    /// 100 tokens at SP 4 x TP 2), none from a result: dense 0.6, attention 0.54 and links 0.8 leave all 18 prefills within 10 %; keys 0.76 is
    /// the slope of the decode steps; 0.36 ms a layer is what 1,000 tokens take beyond that at TP 2 to 8 (Fig. 2), 0.26 ms a hop of the ring what
    /// 100 tokens take beyond it. Weights 0.8, 0.21 ms a layer and 0.02 ms for the exchange put a short decode step at 12.4 ms, which is what the
    /// artifact's toy example shows, between the notebook's 9.8 ms and the 11.9 ms at which its long steps start.
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
            DenseEfficiency = 0.6,
            AttentionEfficiency = 0.54,
            WeightEfficiency = 0.8,
            KvEfficiency = 0.76,
            LinkEfficiency = 0.8,
            PrefillLayerMs = 0.36,
            DecodeLayerMs = 0.21,
            AllReduceMs = 0.015,
            RingHopMs = 0.26,
            ExchangeMs = 0.02,
        };
}
