// Owns how many tokens of keys and values fit beside a model's weights.
namespace Tern.Scheduling.Latency;

/// <summary>KV tokens that the devices of one instance hold; an instance is a copy of the model over tensor × pipeline devices.</summary>
public static class KvCapacity
{
    /// <summary>Tokens that fit, a multiple of the block size; 0 or less memory than the weights need gives 0.</summary>
    /// <param name="memoryBytes">Bytes of one device.</param>
    /// <param name="model">The model.</param>
    /// <param name="tensor">Degree of tensor parallelism; KV heads are split over it as far as they go.</param>
    /// <param name="pipeline">Pipeline stages; the one with the most layers decides.</param>
    /// <param name="options">What memory is used for; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A degree is below 1, or there are more stages than layers.</exception>
    public static long Tokens(
        long memoryBytes,
        ModelShape model,
        int tensor = 1,
        int pipeline = 1,
        Options? options = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tensor, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pipeline, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pipeline, model.Layers);
        options ??= new Options();
        var layers = (model.Layers + pipeline - 1) / pipeline;
        var weights =
            model.BytesPerWeight
            * (
                (double)layers * model.LayerParameters / tensor
                + (double)model.EmbeddingParameters / (options.EmbeddingOnEveryDevice ? 1 : tensor)
            );
        var blockBytes = options.BlockSize * layers * model.LayerKvBytesPerToken / Math.Min(tensor, model.KvHeads);
        var free = memoryBytes * (options.MemoryUtilization - options.RuntimeReserve) - weights;
        return free <= 0 ? 0 : (long)(free / blockBytes) * options.BlockSize;
    }

    /// <summary>What memory is used for. Defaults are those of DistServe's generator (simdistserve/profilers/profile_memory.py).</summary>
    public sealed record Options
    {
        /// <summary>Share of the memory that the engine takes.</summary>
        public double MemoryUtilization { get; init; } = 0.95;

        /// <summary>Share of the memory for activations and the runtime.</summary>
        public double RuntimeReserve { get; init; } = 0.01;

        /// <summary>Tokens a block.</summary>
        public int BlockSize { get; init; } = 16;

        /// <summary>
        /// Whether each device holds the embeddings whole, as the published table implies; otherwise they are split over the tensor-parallel
        /// devices of a stage, as engines do.
        /// </summary>
        public bool EmbeddingOnEveryDevice { get; init; }
    }
}
