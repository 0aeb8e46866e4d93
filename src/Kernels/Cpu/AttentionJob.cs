// Owns the arguments of an attention call in a form that worker threads can read, and its division into items.
using Tern.Kernels.Cpu.Jit;

namespace Tern.Kernels.Cpu;

/// <summary>
/// An item is a block of up to <see cref="Rows"/> rows that share keys: the (query, head) pairs of one sequence and one
/// key/value head, query by query.
/// </summary>
internal unsafe struct AttentionJob
{
    /// <param name="input">What is not handed over in another form.</param>
    /// <param name="query">The queries, at a place that does not move.</param>
    /// <param name="output">The rows to write.</param>
    /// <param name="blockTables">The block tables.</param>
    /// <param name="sinks">The sinks, or null.</param>
    /// <param name="sequences">The sequences.</param>
    public AttentionJob(
        in AttentionInput input,
        float* query,
        float* output,
        int* blockTables,
        float* sinks,
        AttentionSequence* sequences
    )
    {
        Query = query;
        Output = output;
        BlockTables = blockTables;
        Sinks = sinks;
        Sequences = sequences;
        SequenceCount = input.Sequences.Length;
        Keys = input.Keys;
        Values = input.Values;
        Heads = input.Heads;
        Scale = input.Scale;
        SoftCap = input.SoftCap;
        Window = input.Window;
        Bidirectional = input.Bidirectional;
    }

    /// <summary>Most rows of an item. Each tile of the cache is turned into floats once for all of them.</summary>
    public const int Rows = 64;

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

    /// <summary>What widens halves, or nothing: then it is done in C#, with the same bits.</summary>
    public HalfKernels Halves;

    /// <summary>What multiplies in tiles, if tiles can take the cache; vectors do it otherwise, with other bits.</summary>
    public FloatTileKernels Tiles;

    /// <summary>Rows that an item's memory is made for: as many as the largest has, up to a multiple of 16.</summary>
    public int ItemRows;

    /// <summary>Items of more <see cref="Work"/> are divided among threads at the splits.</summary>
    public long WholeWork;

    /// <summary>Whether tiles can take such a cache: whole steps of a key's dimensions, whole panels of a value's.</summary>
    public static bool TilesTake(in KvView keys, in KvView values) =>
        keys.HeadDim > 0 && keys.HeadDim % TileShape.Depth == 0 && values.HeadDim > 0 && values.HeadDim % 16 == 0;

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

    /// <summary>Items of a sequence.</summary>
    public readonly int ItemsOf(in AttentionSequence sequence) => checked(KvHeads * BlocksOf(sequence));

    /// <summary>How much an item of the sequence takes: rows times positions, where loading counts as some rows more.</summary>
    public readonly long Work(in AttentionSequence sequence)
    {
        // Measured for vectors: a tile of halves is loaded in the time of four to six rows. In tiles, by count.
        int loadingRows = Tiles.Exist ? 16 : 4;
        long rows = Math.Min(Rows, (long)sequence.QueryCount * Group);
        return (rows + loadingRows) * (sequence.ContextLength - FirstOf(sequence));
    }

    /// <summary>The split in which the sequence's first visible position lies.</summary>
    public readonly int FirstSplit(in AttentionSequence sequence) => FirstOf(sequence) / Split;

    /// <summary>Parts that each item of the sequence is computed in: its splits, or 1 if it is left whole.</summary>
    public readonly int PartsOf(in AttentionSequence sequence)
    {
        if (sequence.QueryCount == 0 || Work(sequence) <= WholeWork)
            return 1;
        return (sequence.ContextLength + Split - 1) / Split - FirstSplit(sequence);
    }

    private readonly int FirstOf(in AttentionSequence sequence) =>
        sequence.VisibleRange(0, Window, Bidirectional).First;
}
