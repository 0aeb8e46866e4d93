// Owns a service level objective: limits on latencies that a request meets or misses.
using System.Globalization;

namespace Tern.Simulation.Reports;

/// <summary>
/// Limits in seconds, each optional. A request attains the objective if it meets every limit given, a limit itself included
/// (DistServe, OSDI 2024, for TTFT and TPOT together; its evaluation code compares with ≤).
/// </summary>
public sealed record ServiceObjective
{
    private const string Keys = "ttft, tpot, e2e, normalized (in seconds, such as ttft=0.25,tpot=0.1)";

    /// <summary>Limit on TTFT as the report defines it, in s.</summary>
    public double? TtftSeconds { get; init; }

    /// <summary>Limit on TPOT as the report defines it, in s a token.</summary>
    public double? TpotSeconds { get; init; }

    /// <summary>Limit on the time from arrival to the last token, in s.</summary>
    public double? EndToEndSeconds { get; init; }

    /// <summary>Limit on normalized latency as the report defines it, in s a token.</summary>
    public double? NormalizedSeconds { get; init; }

    /// <summary>Reads <c>key=seconds</c> entries separated by commas; keys are ttft, tpot, e2e and normalized.</summary>
    /// <exception cref="ServiceObjectiveException">An entry is bad; the message names key, value and what would be valid.</exception>
    public static ServiceObjective Parse(string text)
    {
        var objective = new ServiceObjective();
        foreach (var entry in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                throw new ServiceObjectiveException($"'{entry}'", "", $"an entry is key=seconds; keys are {Keys}");
            var key = entry[..equals].Trim();
            var value = entry[(equals + 1)..].Trim();
            var seconds = Seconds(key, value);
            var given = key switch
            {
                "ttft" => objective.TtftSeconds,
                "tpot" => objective.TpotSeconds,
                "e2e" => objective.EndToEndSeconds,
                "normalized" => objective.NormalizedSeconds,
                _ => throw new ServiceObjectiveException(key, value, $"unknown key; keys are {Keys}"),
            };
            if (given is not null)
                throw new ServiceObjectiveException(key, value, "the key is given twice; give it once");
            objective = key switch
            {
                "ttft" => objective with { TtftSeconds = seconds },
                "tpot" => objective with { TpotSeconds = seconds },
                "e2e" => objective with { EndToEndSeconds = seconds },
                _ => objective with { NormalizedSeconds = seconds },
            };
        }
        return objective;
    }

    /// <summary>All limits times a factor: one point of an SLO-scale sweep.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not positive and finite.</exception>
    public ServiceObjective Scaled(double factor)
    {
        if (!(factor > 0) || double.IsInfinity(factor))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "a scale must be positive and finite");
        return new ServiceObjective
        {
            TtftSeconds = TtftSeconds * factor,
            TpotSeconds = TpotSeconds * factor,
            EndToEndSeconds = EndToEndSeconds * factor,
            NormalizedSeconds = NormalizedSeconds * factor,
        };
    }

    /// <summary>The limits in print.</summary>
    public override string ToString()
    {
        (string Name, double? Limit)[] limits =
        [
            ("TTFT", TtftSeconds),
            ("TPOT", TpotSeconds),
            ("end to end", EndToEndSeconds),
            ("normalized", NormalizedSeconds),
        ];
        return string.Join(
            ", ",
            from limit in limits
            where limit.Limit is not null
            select string.Create(CultureInfo.InvariantCulture, $"{limit.Name} ≤ {limit.Limit} s")
        );
    }

    private static double Seconds(string key, string value)
    {
        var read = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds);
        if (!read || !(seconds > 0) || double.IsInfinity(seconds))
            throw new ServiceObjectiveException(key, value, "a limit is a positive, finite number of seconds");
        return seconds;
    }
}
