// Owns how many of one pool's head-wise blocks each of several ledgers may hold at a moment.
namespace Tern.Scheduling.Blocks;

/// <summary>
/// One pool under several ledgers. Each ledger counts groups of its own size; its limit follows from what the others hold, so that
/// together they never hold more than there is.
/// </summary>
/// <param name="total">Head-wise blocks of the pool.</param>
/// <param name="groupBlocks">Blocks of a group, for each ledger.</param>
public sealed class SharedBlocks(long total, IReadOnlyList<int> groupBlocks)
{
    private readonly long[] _held = new long[groupBlocks.Count];

    /// <summary>Blocks of the pool.</summary>
    public long Total => total;

    /// <summary>Blocks held by all ledgers.</summary>
    public long Held { get; private set; }

    /// <summary>Tells what a ledger holds now.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or with the others' more than there is.</exception>
    public void Report(int ledger, int groups)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(groups);
        var blocks = (long)groups * groupBlocks[ledger];
        var held = Held - _held[ledger] + blocks;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(held, total, nameof(groups));
        (Held, _held[ledger]) = (held, blocks);
    }

    /// <summary>Groups a ledger may hold: its own and those that fit into the free blocks.</summary>
    public int LimitOf(int ledger) => (int)Math.Min((total - Held + _held[ledger]) / groupBlocks[ledger], int.MaxValue);
}
