// Owns the table of the comparison.
using System.Globalization;
using System.Text;

namespace Tern.Benchmarks.Samplers;

/// <param name="target">Pass rate that was to be reached.</param>
internal sealed class SamplerTable(double target)
{
    private readonly Dictionary<string, List<SamplerOutcome>> _rows = [];

    public void Add(string name, SamplerOutcome outcome)
    {
        if (!_rows.TryGetValue(name, out var outcomes))
            _rows.Add(name, outcomes = []);
        outcomes.Add(outcome);
    }

    /// <summary>Markdown. The ratio is the mean over seeds of tokens over those of the first strategy with the same seed.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"| strategy | tokens to {target:P0} held out, by seed | over uniform | steps | groups without differences |\n"
        );
        text.Append("|---|---|--:|---|--:|\n");
        var first = _rows.Values.First();
        foreach (var (name, outcomes) in _rows)
        {
            string tokens = string.Join(", ", outcomes.Select(Tokens));
            string steps = string.Join(", ", outcomes.Select(outcome => outcome.Steps));
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {name} | {tokens} | {Ratio(outcomes, first)} | {steps} | {outcomes.Average(outcome => outcome.ZeroVariance):P0} |\n"
            );
        }
        return text.ToString();
    }

    private static string Tokens(SamplerOutcome outcome) =>
        outcome.Tokens is { } tokens
            ? string.Create(CultureInfo.InvariantCulture, $"{tokens / 1000.0:F0}k")
            : string.Create(CultureInfo.InvariantCulture, $"no, best {outcome.Best:P0}");

    private static string Ratio(List<SamplerOutcome> outcomes, List<SamplerOutcome> first)
    {
        double?[] ratios = [.. outcomes.Zip(first, (own, uniform) => (double?)own.Tokens / uniform.Tokens)];
        return ratios.Contains(null) ? "" : string.Create(CultureInfo.InvariantCulture, $"{ratios.Average():F2}");
    }
}
