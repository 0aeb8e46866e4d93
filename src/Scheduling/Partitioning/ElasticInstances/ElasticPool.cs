// Owns the ledger of the unified KV pool: which instance holds how many tokens of whom.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>
/// One pool of token slots over all elastic instances: any token of any sequence may lie on any instance, so a sequence fits whenever
/// the slots of all instances together suffice (LoongServe, SOSP 2024, §4.1: no fragmentation across instances).
/// </summary>
public sealed class ElasticPool
{
    private readonly int[] _used;

    /// <summary>Creates an empty pool.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    public ElasticPool(int instances, int slotsPerInstance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(instances, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(slotsPerInstance, 1);
        _used = new int[instances];
        SlotsPerInstance = slotsPerInstance;
    }

    /// <summary>Token slots of each instance.</summary>
    public int SlotsPerInstance { get; }

    /// <summary>Token slots taken on each instance, <c>[instances]</c>.</summary>
    public ReadOnlySpan<int> Used => _used;

    /// <summary>Token slots of all instances.</summary>
    public long Slots => (long)_used.Length * SlotsPerInstance;

    /// <summary>Token slots taken on all instances.</summary>
    public long UsedTotal { get; private set; }

    /// <summary>Most slots ever taken at once.</summary>
    public long UsedPeak { get; private set; }

    /// <summary>Token slots free on an instance.</summary>
    public int Free(int instance) => SlotsPerInstance - _used[instance];

    /// <summary>A sequence's placement, holding nothing.</summary>
    public KvPlacement Place() => new(_used.Length);

    /// <summary>Takes slots for a sequence's tokens on an instance.</summary>
    /// <exception cref="InvalidOperationException">The instance has fewer free slots.</exception>
    public void Take(KvPlacement placement, int instance, int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        if (tokens > Free(instance))
            throw new InvalidOperationException(
                $"instance {instance} has {Free(instance)} free slots of {SlotsPerInstance}, not {tokens}"
            );
        Change(placement, instance, tokens);
        UsedPeak = Math.Max(UsedPeak, UsedTotal);
    }

    /// <summary>Moves tokens of a sequence from one instance to another.</summary>
    /// <exception cref="InvalidOperationException">They are not there, or do not fit.</exception>
    public void Move(KvPlacement placement, int from, int to, int tokens)
    {
        if (tokens > placement.Tokens[from])
            throw new InvalidOperationException(
                $"the sequence has {placement.Tokens[from]} tokens on instance {from}, not {tokens}"
            );
        Take(placement, to, tokens);
        Change(placement, from, -tokens);
    }

    /// <summary>Gives back all slots of a sequence.</summary>
    public void Release(KvPlacement placement)
    {
        for (var i = 0; i < _used.Length; i++)
            Change(placement, i, -placement.Tokens[i]);
    }

    private void Change(KvPlacement placement, int instance, int tokens)
    {
        placement.Change(instance, tokens);
        _used[instance] += tokens;
        UsedTotal += tokens;
    }
}
