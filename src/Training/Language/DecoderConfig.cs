// Owns the shape of a decoder that is trained.
using Tern.Kernels;

namespace Tern.Training.Language;

/// <summary>The shape of a decoder-only language model.</summary>
public sealed record DecoderConfig
{
    /// <summary>How its blocks are built.</summary>
    public DecoderArchitecture Architecture { get; init; } = DecoderArchitecture.Llama;

    /// <summary>Rows of the token embedding.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Longest sequence it is trained on, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Elements of the residual stream.</summary>
    public required int Width { get; init; }

    /// <summary>Blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key/value heads; divides <see cref="Heads"/>.</summary>
    public required int KvHeads { get; init; }

    /// <summary>Elements of a head; even.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Inner width of the feed-forward layers.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Base of the rotary frequencies.</summary>
    public float RopeBase { get; init; } = 10_000;

    /// <summary>Added to mean squares by the norms.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>Whether the output matrix is the token embedding.</summary>
    public bool TieEmbeddings { get; init; } = true;

    /// <summary>Which elements of a head are rotated together.</summary>
    internal RopeStyle RopeStyle =>
        Architecture == DecoderArchitecture.Llama ? RopeStyle.Interleaved : RopeStyle.HalfSplit;

    /// <summary>Checks that the numbers fit together.</summary>
    /// <exception cref="ArgumentException">One does not; the message names it.</exception>
    public void Validate()
    {
        Positive(VocabularySize, nameof(VocabularySize));
        Positive(ContextLength, nameof(ContextLength));
        Positive(Width, nameof(Width));
        Positive(Layers, nameof(Layers));
        Positive(Heads, nameof(Heads));
        Positive(KvHeads, nameof(KvHeads));
        Positive(HeadDim, nameof(HeadDim));
        Positive(FeedForward, nameof(FeedForward));
        if (Heads % KvHeads != 0)
            throw new ArgumentException($"KvHeads is {KvHeads}, which does not divide the {Heads} heads");
        if (HeadDim % 2 != 0)
            throw new ArgumentException($"HeadDim is {HeadDim}; rotary positions need an even number");
        if (!(RopeBase > 0))
            throw new ArgumentException($"RopeBase is {RopeBase}; it must be above 0");
        if (!(Epsilon > 0))
            throw new ArgumentException($"Epsilon is {Epsilon}; it must be above 0");
    }

    private static void Positive(int value, string name)
    {
        if (value < 1)
            throw new ArgumentException($"{name} is {value}; it must be at least 1");
    }
}
