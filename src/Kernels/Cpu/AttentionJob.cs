// Owns the arguments of an attention call in a form that worker threads can read, and its division into items.
namespace Tern.Kernels.Cpu;

/// <summary>
/// An item is a block of up to <see cref="Rows"/> rows that share keys: the (query, head) pairs of one sequence and one
/// key/value head, query by query.
/// </summary>
internal unsafe struct AttentionJob
{
    /// <summary>Rows of an item, one per lane.</summary>
    public const int Rows = 16;

    /// <summary>Positions of a tile: as many scores as two vectors hold.</summary>
    public const int Tile = 32;

    /// <summary>Positions after which the running softmax begins anew; a multiple of <see cref="Tile"/>.</summary>
    public const int Split = 512;

    public float* Query;
    public float* Output;
    public int* BlockTables;

    /// <summary>One logit a head, or null.</summary>
    public float* Sinks;
    public AttentionSequence* Sequences;
    public int SequenceCount;
    public KvView Keys;
    public KvView Values;
    public int Heads;
    public float Scale;
    public float SoftCap;
    public int Window;
    public bool Bidirectional;

    public readonly int KvHeads => Keys.Heads;

    /// <summary>Query heads that share a key/value head.</summary>
    public readonly int Group => Heads / Keys.Heads;

    /// <summary>Head dimensions rounded up to whole vectors.</summary>
    public readonly int KeyWidth => (Keys.HeadDim + 15) & ~15;

    /// <inheritdoc cref="KeyWidth"/>
    public readonly int ValueWidth => (Values.HeadDim + 15) & ~15;

    /// <summary>Blocks of rows of a sequence, for each key/value head.</summary>
    public readonly int BlocksOf(in AttentionSequence sequence) =>
        checked((int)(((long)sequence.QueryCount * Group + Rows - 1) / Rows));
}
