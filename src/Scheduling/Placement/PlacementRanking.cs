// Owns the outcome of a search over placements, and why the first is the first.
using System.Globalization;

namespace Tern.Scheduling.Placement;

/// <summary>All placements of a search, best first, and those that cannot be run with the reason.</summary>
public sealed record PlacementRanking<T>(
    IReadOnlyList<RankedPlacement<T>> Ranked,
    IReadOnlyList<(T Placement, string Reason)> Refused,
    GoodputSearch.Options Options
)
{
    /// <summary>The best placement; null if none can be run or none serves any rate in time.</summary>
    public RankedPlacement<T>? Winner => Ranked is [{ GoodputPerGpu: > 0 } first, ..] ? first : null;

    /// <summary>The next best, if it serves anything.</summary>
    public RankedPlacement<T>? Second => Ranked is [_, { GoodputPerGpu: > 0 } second, ..] ? second : null;

    /// <summary>Why the winner is the winner, in one sentence; why there is none otherwise.</summary>
    public string Reason
    {
        get
        {
            if (Winner is not { } winner)
                return Ranked.Count > 0
                    ? $"none of the {Ranked.Count} placements that can be run reaches {Percent(Options.Target)} attainment at any rate tried"
                    : $"none of the {Refused.Count} placements can be run{(Refused is [var (_, why), ..] ? $", for example: {why}" : "")}";
            var served =
                $"{winner.Placement} serves {Rate(winner.GoodputPerGpu)} req/s for each of its {winner.Gpus} GPUs";
            var bounded =
                winner.GoodputPerGpu + Options.Tolerance >= Options.MaxRatePerGpu
                    ? $" (the highest rate looked at is {Rate(Options.MaxRatePerGpu)}: it may serve more)"
                    : "";
            if (Second is not { } second)
                return $"{served}{bounded}; no other placement reaches {Percent(Options.Target)} attainment";
            var tie =
                second.GoodputPerGpu < winner.GoodputPerGpu
                    ? $"; next is {second.Placement} with {Rate(second.GoodputPerGpu)}"
                : second.Gpus > winner.Gpus
                    ? $"; {second.Placement} serves as much for each GPU but takes {second.Gpus}"
                : $"; {second.Placement} is its equal and was enumerated later";
            return served + bounded + tie;
        }
    }

    /// <summary>What taking the second place for this rate (requests per second) would cost, in one sentence; null without a second place.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not positive.</exception>
    public string? PriceOfSecond(double rate)
    {
        if (Winner is not { } winner || Second is not { } second)
            return null;
        var more = second.GpusFor(rate) - winner.GpusFor(rate);
        var comparison = more switch
        {
            > 0 => $"{more} more than the winner's {winner.GpusFor(rate)}",
            0 => "as many as the winner",
            // The winner is best for each GPU; whole copies can round the other way.
            _ => $"{-more} fewer than the winner's {winner.GpusFor(rate)}, because whole copies round in its favour",
        };
        return $"second place, {second.Placement}, needs {second.Replicas(rate)} × {second.Gpus} = {second.GpusFor(rate)} GPUs for {Rate(rate)} req/s: {comparison}";
    }

    private static string Rate(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + " %";
}
