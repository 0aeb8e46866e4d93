// Owns the list of kernels a step of a dense transformer is made of, and their sizes.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Partitioning;

/// <summary>The kernels of a decoder with grouped-query attention and a gated feed-forward, as fused by serving engines.</summary>
public sealed record TransformerKernels
{
    /// <summary>Rows of a tile of a matrix product (cuBLAS and CUTLASS on A100: 128 × 256).</summary>
    public const int TileRows = 128;

    /// <summary>Columns of a tile of a matrix product.</summary>
    public const int TileColumns = 256;

    /// <summary>Layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int Hidden { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads.</summary>
    public required int KvHeads { get; init; }

    /// <summary>Width of a head.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Width of the feed-forward.</summary>
    public required int Intermediate { get; init; }

    /// <summary>Tokens of the vocabulary.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Bytes of a weight, an activation, a key or value.</summary>
    public int ElementBytes { get; init; } = 2;

    /// <summary>Kernels of a layer.</summary>
    public const int PerLayer = 6;

    /// <summary>Bytes of the weights of a layer.</summary>
    public double LayerBytes =>
        (double)ElementBytes * Hidden * ((Heads + 2 * KvHeads) * HeadDim + Heads * HeadDim + 3 * Intermediate);

    /// <summary>Bytes of the weights of the output head.</summary>
    public double HeadBytes => (double)ElementBytes * Hidden * Vocabulary;

    /// <summary>Bytes of keys and values of a token in one layer.</summary>
    public double KvBytesPerToken => 2.0 * ElementBytes * KvHeads * HeadDim;

    /// <summary>Writes the kernels of one layer.</summary>
    public void Layer(in StepShape step, Span<KernelWork> kernels)
    {
        kernels[0] = Product(step.Rows, Hidden, (Heads + 2 * KvHeads) * HeadDim);
        kernels[1] = Attention(
            step.PrefillPairs,
            step.PrefillContext,
            step.PrefillTokens,
            (step.PrefillTokens + TileRows - 1) / TileRows * (long)Heads
        );
        // Decode attention is split along the context (flash decoding): no tiles to speak of.
        kernels[2] = Attention(step.DecodeContext, step.DecodeContext, step.DecodeTokens, 0);
        kernels[3] = Product(step.Rows, Heads * HeadDim, Hidden);
        kernels[4] = Product(step.Rows, Hidden, 2 * Intermediate);
        kernels[5] = Product(step.Rows, Intermediate, Hidden);
    }

    /// <summary>The kernel after the last layer: logits of what is sampled.</summary>
    public KernelWork Head(in StepShape step) => Product(step.SampledTokens, Hidden, Vocabulary);

    private KernelWork Product(int rows, int inner, int columns) =>
        rows == 0
            ? default
            : new KernelWork(
                2.0 * rows * inner * columns,
                ElementBytes * ((double)inner * columns + (double)rows * (inner + columns)),
                (long)((rows + TileRows - 1) / TileRows) * ((columns + TileColumns - 1) / TileColumns)
            );

    private KernelWork Attention(long pairs, long context, int rows, long tiles) =>
        new(
            4.0 * Heads * HeadDim * pairs,
            KvBytesPerToken * context + 2.0 * ElementBytes * rows * Heads * HeadDim,
            tiles
        );
}
