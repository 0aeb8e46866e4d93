// Owns the memory test of admission: the most slots that a set of sequences can ever need at once.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>
/// Sequences that all grow by one token a step and leave when they reach their longest length. Sorted by the tokens that remain, the
/// peak is the largest of <c>remaining_i·i + (tokens now of the first i)</c> (LoongServe, SOSP 2024, §5.1; LightLLM's token estimate).
/// </summary>
public sealed class FuturePeak
{
    private readonly List<(int Now, int Remaining)> _byRemaining = [];
    private long _now;

    /// <summary>Number of sequences.</summary>
    public int Count => _byRemaining.Count;

    /// <summary>Adds a sequence.</summary>
    /// <param name="now">Slots it needs for its next step.</param>
    /// <param name="remaining">Steps after which it may still grow.</param>
    public void Add(int now, int remaining)
    {
        _byRemaining.Insert(Position(remaining), (now, remaining));
        _now += now;
    }

    /// <summary>Forgets all sequences.</summary>
    public void Clear()
    {
        _byRemaining.Clear();
        _now = 0;
    }

    /// <summary>Whether the sequences and one more never need more than so many slots.</summary>
    public bool Fits(int now, int remaining, long slots)
    {
        if (_now + now > slots)
            return false;
        var position = Position(remaining);
        var (sum, count) = (0L, 0);
        for (var i = 0; i <= _byRemaining.Count; i++)
        {
            var (tokens, left) =
                i < position ? _byRemaining[i]
                : i == position ? (now, remaining)
                : _byRemaining[i - 1];
            sum += tokens;
            count++;
            if (sum + (long)left * count > slots)
                return false;
        }
        return true;
    }

    /// <summary>Where a sequence belongs: after those with as much or more remaining.</summary>
    private int Position(int remaining)
    {
        var (low, high) = (0, _byRemaining.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_byRemaining[middle].Remaining >= remaining)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
