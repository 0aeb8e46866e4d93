// Owns the derivation of an elastic group's costs from a model's shape and a device sheet.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>
/// Arithmetic over peak, bytes over bandwidth, and latencies by the number of times they are paid. Ring traffic hides behind attention
/// (LoongServe, SOSP 2024, §4.1), so only its latency counts.
/// </summary>
public sealed record ElasticRoofline
{
    /// <summary>Weights of the model.</summary>
    public required double Parameters { get; init; }

    /// <summary>Layers of the model.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the hidden state; query heads × head dimension.</summary>
    public required int Hidden { get; init; }

    /// <summary>Bytes of a weight and of an activation.</summary>
    public int BytesPerValue { get; init; } = 2;

    /// <summary>Bytes of keys and values of a token over all layers.</summary>
    public required double KvBytesPerToken { get; init; }

    /// <summary>GPUs of one instance (tensor parallelism).</summary>
    public required int TensorParallel { get; init; }

    /// <summary>Floating point operations one GPU does in a second at most.</summary>
    public required double FlopsPerSecond { get; init; }

    /// <summary>Bytes one GPU's memory delivers in a second at most.</summary>
    public required double BytesPerSecond { get; init; }

    /// <summary>Bytes one GPU sends in a second at most.</summary>
    public required double LinkBytesPerSecond { get; init; }

    /// <summary>Share of the peak that dense layers reach.</summary>
    public required double DenseEfficiency { get; init; }

    /// <summary>Share of the peak that prefill attention reaches.</summary>
    public required double AttentionEfficiency { get; init; }

    /// <summary>Share of the memory bandwidth that reading weights reaches.</summary>
    public required double WeightEfficiency { get; init; }

    /// <summary>Share of the memory bandwidth that decode attention reaches.</summary>
    public required double KvEfficiency { get; init; }

    /// <summary>Share of the link's bandwidth that is reached.</summary>
    public required double LinkEfficiency { get; init; }

    /// <summary>Ms a layer of a prefill takes beside arithmetic.</summary>
    public required double PrefillLayerMs { get; init; }

    /// <summary>Ms a layer of a decode step takes beside arithmetic and memory traffic.</summary>
    public required double DecodeLayerMs { get; init; }

    /// <summary>Ms until an all-reduce begins to flow; two in a layer.</summary>
    public required double AllReduceMs { get; init; }

    /// <summary>Ms of one hop of the ring in one layer.</summary>
    public required double RingHopMs { get; init; }

    /// <summary>Ms in one layer until queries are sent to the other instances and their partial outputs are back.</summary>
    public required double ExchangeMs { get; init; }

    /// <summary>The costs of groups of 1 … <paramref name="instances"/> instances.</summary>
    public ElasticCost Costs(int instances)
    {
        var tp = TensorParallel;
        var reduceLatency = tp > 1 ? 2 * Layers * AllReduceMs : 0;
        // A ring all-reduce sends 2·(t-1)/t of the data from every GPU; twice a layer.
        var reducedBytes = 2.0 * Layers * Hidden * BytesPerValue * 2 * (tp - 1) / tp;
        var densePerToken =
            1000 * (2 * Parameters / (tp * FlopsPerSecond * DenseEfficiency))
            + 1000 * reducedBytes / (LinkBytesPerSecond * LinkEfficiency);
        // Scores and values: 4 operations for each of len²/2 causal pairs and each of the hidden state's channels.
        var perSquare = 1000 * (2.0 * Layers * Hidden) / (tp * FlopsPerSecond * AttentionEfficiency);
        var prefill = new PrefillCoefficients[instances];
        for (var u = 1; u <= instances; u++)
        {
            prefill[u - 1] = new PrefillCoefficients(
                Layers * PrefillLayerMs + reduceLatency + (u - 1) * Layers * RingHopMs,
                densePerToken / u,
                perSquare / u
            );
        }
        var decode = new DecodeCoefficients
        {
            Fixed = Layers * DecodeLayerMs + reduceLatency,
            Exchange = Layers * ExchangeMs,
            Weights = 1000 * Parameters * BytesPerValue / (tp * BytesPerSecond * WeightEfficiency),
            PerSequence = densePerToken,
            PerContextToken = 1000 * KvBytesPerToken / (tp * BytesPerSecond * KvEfficiency),
        };
        return new ElasticCost(prefill, decode, 1000 * KvBytesPerToken / (tp * LinkBytesPerSecond * LinkEfficiency));
    }
}
