// Owns what the four steps see of the instances.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>The pool and the decode groups at an iteration's boundary. The steps read it; none changes it.</summary>
public sealed record ElasticSnapshot
{
    /// <summary>Token slots of one instance.</summary>
    public required int SlotsPerInstance { get; init; }

    /// <summary>Token slots taken on each instance, <c>[instances]</c>.</summary>
    public required int[] Used { get; init; }

    /// <summary>The decode groups; they share no instance.</summary>
    public required IReadOnlyList<ElasticGroupState> Groups { get; init; }

    /// <summary>Instances that hold nothing.</summary>
    public int IdleInstances => Used.AsSpan().Count(0);

    /// <summary>Most instances that could be idle if what is held were packed.</summary>
    public int MaxIdleInstances => Used.Length - (int)((UsedTotal + SlotsPerInstance - 1) / SlotsPerInstance);

    /// <summary>Token slots taken.</summary>
    public long UsedTotal
    {
        get
        {
            var total = 0L;
            foreach (var used in Used)
                total += used;
            return total;
        }
    }

    /// <summary>Token slots free on all instances.</summary>
    public long FreeTotal => (long)Used.Length * SlotsPerInstance - UsedTotal;

    /// <summary>Token slots free on an instance.</summary>
    public int Free(int instance) => SlotsPerInstance - Used[instance];
}
