// Owns the order of sequences by the place that their policy gave them.
namespace Tern.Scheduling.Ordering;

/// <summary>By level, then by rank, then by arrival: a total order for policies that keep an <see cref="OrderingPlace"/>.</summary>
internal static class ByPlace
{
    // The sorted lists ask this at every step: two plain comparisons decide nearly always.
    public static int Compare(Sequence first, Sequence second)
    {
        var (place, other) = (first.Place, second.Place);
        if (place.Level != other.Level)
            return place.Level < other.Level ? -1 : 1;
        if (place.Rank != other.Rank)
            return place.Rank < other.Rank ? -1 : 1;
        var byArrival = first.Ordinal.CompareTo(second.Ordinal);
        return byArrival != 0 ? byArrival : first.Index.CompareTo(second.Index);
    }
}
