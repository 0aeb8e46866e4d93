// Owns the list of kernels a step of a dense transformer is made of, and their sizes.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Partitioning;

/// <summary>The kernels of a decoder with a dense feed-forward, query, key and value fused, gate and up fused.</summary>
public sealed record TransformerKernels
{
    /// <summary>Rows of a tile of a matrix product (cuBLAS and CUTLASS on A100: 128 × 256).</summary>
    public const int TileRows = 128;

    /// <summary>Columns of a tile of a matrix product.</summary>
    public const int TileColumns = 256;

    /// <summary>The model.</summary>
    public required ModelShape Model { get; init; }

    /// <summary>Kernels of a layer.</summary>
    public const int PerLayer = 6;

    /// <summary>Writes the kernels of one layer.</summary>
    public void Layer(in StepShape step, Span<KernelWork> kernels)
    {
        var (hidden, queries) = (Model.Hidden, Model.Heads * Model.HeadDimension);
        kernels[0] = Product(step.Rows, hidden, queries + 2 * Model.KvHeads * Model.HeadDimension);
        kernels[1] = Attention(step.PrefillPairs, step.PrefillContext, step.PrefillTokens);
        kernels[2] = Attention(step.DecodeContext, step.DecodeContext, step.DecodeTokens);
        kernels[3] = Product(step.Rows, queries, hidden);
        kernels[4] = Product(step.Rows, hidden, (Model.Gated ? 2 : 1) * Model.FeedForward);
        kernels[5] = Product(step.Rows, Model.FeedForward, hidden);
    }

    /// <summary>The kernel after the last layer: logits of what is sampled.</summary>
    public KernelWork Head(in StepShape step) => Product(step.SampledTokens, Model.Hidden, Model.Vocabulary);

    private KernelWork Product(int rows, int inner, int columns) =>
        rows == 0
            ? default
            : new KernelWork(
                2.0 * rows * inner * columns,
                Model.BytesPerWeight * ((double)inner * columns + (double)rows * (inner + columns)),
                (long)((rows + TileRows - 1) / TileRows) * ((columns + TileColumns - 1) / TileColumns)
            );

    private KernelWork Attention(long pairs, long context, int rows) =>
        new(
            4.0 * Model.Heads * Model.HeadDimension * pairs,
            Model.LayerKvBytesPerToken * context + 2 * Model.BytesPerWeight * rows * Model.Heads * Model.HeadDimension,
            IsAttention: true
        );
}
