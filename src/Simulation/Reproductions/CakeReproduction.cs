// Owns the comparison of simulated restores with CAKE's published figures.
using System.Globalization;
using Tern.Scheduling.Restore;

namespace Tern.Simulation.Reproductions;

/// <summary>CAKE (Jin et al., ICML 2025): how much computing and loading at once gains over either alone.</summary>
public static class CakeReproduction
{
    private const string Inputs =
        "chunk times of 7B on an A100 (Fig. 4: 38.8 to 112.0 ms over 64 chunks of 512; 62.4 ms to read one at 32 Gbit/s); other models in proportion to parameters, attention and KV bytes; nothing fitted";

    /// <summary>All rows.</summary>
    public static IReadOnlyList<ReproductionRow> Rows()
    {
        var cell = Gains(CakeMeasurements.Of(CakeMeasurements.LongAlpaca7B, 16384));
        var large = Gains(CakeMeasurements.Of(CakeMeasurements.LongAlpaca13B, 16384, devices: 2));
        var lost = CakeMeasurements.Of(CakeMeasurements.Llama70B, 16384, devices: 2, share: 0.125);
        List<(double, double)> lengths = [];
        foreach (var tokens in (ReadOnlySpan<int>)[4096, 16384, 32768])
            lengths.Add(Gains(CakeMeasurements.Of(CakeMeasurements.LongAlpaca7B, tokens)));
        List<(double, double)> bandwidths = [];
        foreach (var gbps in (ReadOnlySpan<double>)[7, 25, 32, 56, 100])
            bandwidths.Add(Gains(CakeMeasurements.Of(CakeMeasurements.LongAlpaca7B, 16384, gbps: gbps)));
        var overPcie = Gains(
            CakeMeasurements.Of(
                CakeMeasurements.LongAlpaca13B,
                16384,
                devices: 2,
                linkGigabytes: CakeMeasurements.PcieGigabytes
            )
        );
        var scaling = string.Create(
            CultureInfo.InvariantCulture,
            $"the link between the two is not named and decides: over NVLink (300 GB/s) it is {large.VsLoad:0.00}\\{large.VsCompute:0.00}, over PCIe 4 (32 GB/s) {overPcie.VsLoad:0.00}\\{overPcie.VsCompute:0.00}, published 2.63\\1.59; what else the two lose Fig. 4 of one device does not tell"
        );
        return
        [
            Row("7B, 16K tokens, one A100, 32 Gbit/s: speed-up over loading", 2.20, cell.VsLoad, 0.1),
            Row("7B, 16K tokens, one A100, 32 Gbit/s: speed-up over computing", 1.94, cell.VsCompute, 0.1),
            Row("13B, 16K tokens, two A100, 32 Gbit/s: speed-up over loading", 2.63, large.VsLoad, 0.1) with
            {
                Remark = scaling,
            },
            Row("13B, 16K tokens, two A100, 32 Gbit/s: speed-up over computing", 1.59, large.VsCompute, 0.1),
            Row("70B, 16K tokens, an eighth of two A100: speed-up over loading", 0.80, Gains(lost).VsLoad, 0.1) with
            {
                Remark = "a loss: loading is over before the first step is",
            },
            Trend("longer prompts gain more over computing, less over loading", lengths),
            Trend("faster tiers gain more over computing, less over loading", bandwidths),
            ReproductionRow.Between(
                "named as future work",
                "70B, 16K tokens, an eighth of two A100: auto's time over that of loading",
                0,
                1.05,
                lost.Run(new Auto()).DurationMs / lost.Run(new Load()).DurationMs,
                Inputs
            ),
        ];
    }

    private static ReproductionRow Row(string quantity, double published, double measured, double band) =>
        ReproductionRow.Within("per-cell speed-ups", quantity, published, measured, band, Inputs);

    private static ReproductionRow Trend(string statement, List<(double VsLoad, double VsCompute)> gains)
    {
        var holds = true;
        for (var i = 1; i < gains.Count; i++)
            holds &= gains[i].VsCompute > gains[i - 1].VsCompute && gains[i].VsLoad < gains[i - 1].VsLoad;
        var values = gains.Select(g =>
            string.Create(CultureInfo.InvariantCulture, $"{g.VsLoad:0.00}\\{g.VsCompute:0.00}")
        );
        return ReproductionRow.Holds("trends", statement, holds, Inputs) with { Remark = string.Join(", ", values) };
    }

    private static (double VsLoad, double VsCompute) Gains(RestoreSimulation world)
    {
        var both = world.Run(new Bidirectional()).DurationMs;
        return (world.Run(new Load()).DurationMs / both, world.Run(new Compute()).DurationMs / both);
    }
}
