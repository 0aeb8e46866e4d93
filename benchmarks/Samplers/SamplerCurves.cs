// Owns the curves of the comparison: as numbers, and as a picture for each seed.
using System.Globalization;
using System.Text;
using Tern.Training.Runs;

namespace Tern.Benchmarks.Samplers;

internal sealed class SamplerCurves
{
    private readonly StringBuilder _numbers = new("strategy,seed,step,tokens,held_out,groups_without_differences\n");
    private readonly Dictionary<int, List<PlotSeries>> _curves = [];

    public void Add(string name, int seed, SamplerOutcome outcome)
    {
        foreach (var line in outcome.Measured)
            _numbers.Append(
                CultureInfo.InvariantCulture,
                $"\"{name}\",{seed},{line.Step},{line.GeneratedTokens},{line.HeldOut:F5},{line.ZeroVariance:F4}\n"
            );
        if (!_curves.TryGetValue(seed, out var series))
            _curves.Add(seed, series = []);
        series.Add(
            new PlotSeries(
                name,
                [.. outcome.Measured.Select(line => ((double)line.GeneratedTokens, line.HeldOut!.Value))]
            )
        );
    }

    /// <summary>Writes curves.csv, and curves-SEED.svg for every seed.</summary>
    public void Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "curves.csv"), _numbers.ToString());
        foreach (var (seed, series) in _curves)
            File.WriteAllText(
                Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"curves-{seed}.svg")),
                LinePlot.Draw(
                    string.Create(CultureInfo.InvariantCulture, $"held-out pass@1, seed {seed}"),
                    "generated tokens",
                    series
                )
            );
    }
}
