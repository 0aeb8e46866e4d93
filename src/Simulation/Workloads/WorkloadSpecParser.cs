// Owns the grammar of workload descriptions and what a wrong one is told.
using System.Globalization;
using Tern.Simulation.Workloads.Arrivals;
using Tern.Simulation.Workloads.Lengths;

namespace Tern.Simulation.Workloads;

/// <summary>Reads one description; every key must be known, be there once, and be used.</summary>
internal sealed class WorkloadSpecParser
{
    private static readonly string[] SharedKeys = ["n", "seed", "lengths", "prompt", "output"];

    private static readonly Dictionary<string, string[]> KeysOf = new()
    {
        ["poisson"] = ["rate"],
        ["gamma"] = ["rate", "cv"],
        ["fixed"] = ["rate"],
        ["bursty"] = ["rate", "peak", "share", "burst"],
        ["trace"] = ["file", "rate"],
        ["powerlaw"] = ["alpha", "models", "rate", "max_rate"],
    };

    private readonly string _kind;
    private readonly Dictionary<string, string> _values = [];

    private WorkloadSpecParser(string text)
    {
        var colon = text.IndexOf(':');
        _kind = colon < 0 ? text : text[..colon];
        if (!KeysOf.TryGetValue(_kind, out var own))
            throw new WorkloadSpecException(
                "",
                $"unknown kind '{Shown(_kind)}'; known are poisson, gamma, fixed, bursty, trace, powerlaw, as in poisson:rate=2,lengths=chat,n=1000,seed=1"
            );
        if (colon < 0 || colon == text.Length - 1)
            return;
        foreach (var pair in text[(colon + 1)..].Split(','))
        {
            var equals = pair.IndexOf('=');
            if (equals <= 0)
                throw new WorkloadSpecException("", $"'{Shown(pair)}' must be key=value");
            var key = pair[..equals];
            if (!own.Contains(key) && !SharedKeys.Contains(key))
                throw new WorkloadSpecException(
                    key,
                    $"unknown key; {_kind} takes {string.Join(", ", [.. own, .. SharedKeys])}"
                );
            if (!_values.TryAdd(key, pair[(equals + 1)..]))
                throw new WorkloadSpecException(key, "the key is there twice; give it once");
        }
    }

    public static WorkloadSpec Parse(string text)
    {
        var parser = new WorkloadSpecParser(text);
        var popularity = parser.Popularity();
        return new WorkloadSpec
        {
            Arrivals = parser.Arrivals(popularity),
            Lengths = parser.Lengths(),
            PowerLaw = popularity,
            Count = (int)parser.Whole("n", 1, 1_000_000_000, 1000),
            Seed = parser.Whole("seed", 0, ulong.MaxValue, 1),
        };
    }

    private PowerLaw? Popularity() =>
        _kind == "powerlaw" ? new(Number("alpha", 0, 10), (int)Whole("models", 1, 1000)) : null;

    private IArrivalProcess Arrivals(PowerLaw? popularity) =>
        _kind switch
        {
            "poisson" => new PoissonArrivals(Rate()),
            "gamma" => new GammaArrivals(Rate(), Number("cv", 0.05, 20)),
            "fixed" => new FixedArrivals(Rate()),
            "bursty" => Bursty(),
            "trace" => Trace(),
            _ => new PoissonArrivals(TotalRate(popularity!)),
        };

    private BurstyArrivals Bursty()
    {
        // The bounds are those of the process; the peak's depends on the share.
        var share = Number("share", 0.001, 0.999, 0.1);
        var peak = Number("peak", 1.001, 1 / share, 5);
        return new(Rate(), peak, share, Number("burst", 0.001, 86_400, 10));
    }

    private IArrivalProcess Trace()
    {
        var file = _values.GetValueOrDefault("file") ?? throw Missing("file", "the path of a .csv or .jsonl trace");
        try
        {
            var arrivals = new TraceArrivals(TraceReader.Stream(file));
            return _values.ContainsKey("rate") ? arrivals.AtRate(Rate()) : arrivals;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new WorkloadSpecException("file", $"'{Shown(file)}' has no usable arrival times: {problem.Message}");
        }
    }

    private double Rate() => Number("rate", 1e-6, 1e6);

    private double TotalRate(PowerLaw popularity)
    {
        var key = _values.ContainsKey("rate") ? "rate" : "max_rate";
        if (key == "rate" && _values.ContainsKey("max_rate"))
            throw new WorkloadSpecException(
                "max_rate",
                "give rate (all models) or max_rate (the most popular), not both"
            );
        var total =
            key == "rate" ? Rate() : popularity.TotalRate(Number("max_rate", 1e-3, 1e3, PowerLaw.PublishedMaxRate));
        var least = total * popularity.Shares()[^1];
        return least >= 1e-6
            ? total
            : throw new WorkloadSpecException(
                key,
                FormattableString.Invariant(
                    $"it leaves the least popular model {least:G3} requests/s; valid are 1e-6 and more"
                )
            );
    }

    private ILengthDistribution Lengths()
    {
        var prompt = _values.ContainsKey("prompt");
        if (prompt || _values.ContainsKey("output"))
        {
            if (_values.ContainsKey("lengths"))
                throw new WorkloadSpecException("lengths", "give lengths or prompt and output, not both");
            return new UniformLengths(Range("prompt"), Range("output"));
        }
        var name = _values.GetValueOrDefault("lengths", "chat");
        try
        {
            return LengthCatalog.Get(name).Distribution;
        }
        catch (ArgumentException)
        {
            throw new WorkloadSpecException("lengths", $"unknown '{Shown(name)}'; known are {LengthCatalog.Known}");
        }
    }

    private TokenRange Range(string key)
    {
        var valid = $"a number of tokens from 1 to {TraceReader.MaxTokens}, or a range like 64-512";
        var text = _values.GetValueOrDefault(key) ?? throw Missing(key, valid);
        var ends = text.Split('-');
        if (
            ends.Length <= 2
            && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var min)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var max)
            && min >= 1
            && min <= max
            && max <= TraceReader.MaxTokens
        )
            return new(min, max);
        throw new WorkloadSpecException(key, $"'{Shown(text)}' must be {valid}");
    }

    private double Number(string key, double min, double max, double? preset = null)
    {
        var valid = FormattableString.Invariant($"a number from {min:G6} to {max:G6}");
        if (!_values.TryGetValue(key, out var text))
            return preset is { } value && value <= max ? value : throw Missing(key, valid);
        if (
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && number <= max
        )
            return number;
        throw new WorkloadSpecException(key, $"'{Shown(text)}' must be {valid}");
    }

    private ulong Whole(string key, ulong min, ulong max, ulong? preset = null)
    {
        var valid = $"a whole number from {min} to {max}";
        if (!_values.TryGetValue(key, out var text))
            return preset ?? throw Missing(key, valid);
        if (
            ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && number <= max
        )
            return number;
        throw new WorkloadSpecException(key, $"'{Shown(text)}' must be {valid}");
    }

    private WorkloadSpecException Missing(string key, string valid) => new(key, $"{_kind} needs it: {valid}");

    private static string Shown(string text) => TraceReader.Shown(text);
}
