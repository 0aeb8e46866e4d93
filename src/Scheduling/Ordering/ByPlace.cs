// Owns the order of sequences by the place that their policy gave them.
namespace Tern.Scheduling.Ordering;

/// <summary>By level, then by rank, then by arrival: a total order for policies that keep an <see cref="OrderingPlace"/>.</summary>
internal static class ByPlace
{
    public static int Compare(Sequence first, Sequence second)
    {
        var byLevel = first.Place.Level.CompareTo(second.Place.Level);
        if (byLevel != 0)
            return byLevel;
        var byRank = first.Place.Rank.CompareTo(second.Place.Rank);
        if (byRank != 0)
            return byRank;
        var byArrival = first.Ordinal.CompareTo(second.Ordinal);
        return byArrival != 0 ? byArrival : first.Index.CompareTo(second.Index);
    }
}
