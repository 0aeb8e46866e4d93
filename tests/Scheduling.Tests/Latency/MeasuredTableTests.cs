// Owns the fit to measurements: exact data are met, the solution is the best non-negative one, its errors are told.
using FsCheck;
using FsCheck.Fluent;
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Tests.Latency;

public sealed class MeasuredTableTests
{
    [Fact]
    public void Exact_measurements_give_their_coefficients_back()
    {
        var fit = MeasuredTable.Fit(
            Rows((m, _) => 3 + 0.05 * m.Tokens + 2e-6 * m.Pairs + 0.2 * m.Sequences + 1e-4 * m.Context)
        );
        Assert.Equal(3, fit.Fixed, 6);
        Assert.Equal(0.05, fit.PerPrefillToken, 9);
        Assert.Equal(2e-6, fit.PerPrefillPair, 12);
        Assert.Equal(0.2, fit.PerDecodeSequence, 9);
        Assert.Equal(1e-4, fit.PerDecodeContextToken, 10);
        Assert.InRange(fit.MaxRelativeError, 0, 1e-9);
        Assert.Equal(1, fit.RSquared, 9);
        var mixed = StepShape.Prefill(100) with { DecodeTokens = 4, DecodeContext = 900 };
        Assert.Equal(3 + 5 + 2e-6 * 5050 + 0.8 + 0.09, fit.StepMs(mixed), 6);
    }

    [Fact]
    public void A_coefficient_that_would_be_negative_is_0_and_the_others_make_up_for_it()
    {
        // Decodes that get cheaper with context: the best that can be said without a negative price is "context is free".
        var fit = MeasuredTable.Fit(Rows((m, _) => 10 + 0.05 * m.Tokens + 0.2 * m.Sequences - 1e-4 * m.Context));
        Assert.Equal(0, fit.PerDecodeContextToken);
        Assert.True(fit.MaxRelativeError > 0);
    }

    [Fact]
    public void No_other_non_negative_coefficients_have_a_smaller_relative_error()
    {
        var cases =
            from noise in Gen.Choose(50, 200).ArrayOf(Rows((_, _) => 1).Length)
            from change in Gen.Choose(-100, 100).ArrayOf(5)
            select (noise, change);
        Prop.ForAll(
                Arb.From(cases),
                c =>
                {
                    var rows = Rows(
                        (m, i) => (2 + 0.01 * m.Tokens + 0.1 * m.Sequences + 1e-4 * m.Context) * c.noise[i] / 100
                    );
                    var fit = MeasuredTable.Fit(rows);
                    double[] best =
                    [
                        fit.Fixed,
                        fit.PerPrefillToken,
                        fit.PerPrefillPair,
                        fit.PerDecodeSequence,
                        fit.PerDecodeContextToken,
                    ];
                    double[] scale = [1, 1e-2, 1e-5, 1e-1, 1e-4];
                    double[] other = [.. best.Select((x, j) => Math.Max(0, x + c.change[j] * scale[j] / 500))];
                    return best.All(x => x >= 0) && Error(rows, best) <= Error(rows, other) * (1 + 1e-9);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void The_errors_are_those_of_the_rows()
    {
        var rows = Rows((m, i) => (2 + 0.01 * m.Tokens + 0.1 * m.Sequences) * (i % 2 == 0 ? 1.1 : 0.9));
        var fit = MeasuredTable.Fit(rows);
        var errors = rows.Select(r => Math.Abs(fit.StepMs(Shape(r)) / r.Ms - 1)).Order().ToArray();
        Assert.Equal(errors.Average(), fit.MeanRelativeError, 12);
        Assert.Equal(errors[^1], fit.MaxRelativeError, 12);
        Assert.Equal(errors.Length, fit.Rows);
        Assert.InRange(fit.MedianRelativeError, errors[0], errors[^1]);
        Assert.InRange(fit.RSquared, 0.9, 0.999);
    }

    [Fact]
    public void Prefill_alone_can_be_fitted_when_it_has_a_fixed_part()
    {
        Measurement[] rows = [.. Rows((m, _) => 4 + 0.05 * m.Tokens).Where(r => r.DecodeSequences == 0)];
        var fit = MeasuredTable.Fit(rows);
        Assert.Equal((0, 0), (fit.PerDecodeSequence, fit.PerDecodeContextToken));
        Assert.Equal(4 + 0.05 * 77, fit.StepMs(StepShape.Prefill(77)), 6);
    }

    [Fact]
    public void Too_few_and_impossible_measurements_are_refused()
    {
        var rows = Rows((m, _) => 1 + m.Tokens);
        Assert.Throws<ArgumentException>(() => MeasuredTable.Fit(rows[..4]));
        Assert.Throws<ArgumentException>(() => MeasuredTable.Fit([.. rows, rows[0] with { Ms = 0 }]));
        Assert.Throws<ArgumentException>(() => MeasuredTable.Fit([.. rows, new Measurement(10, 9, 0, 0, 1)]));
        Assert.Throws<ArgumentException>(() => MeasuredTable.Fit([.. rows, new Measurement(0, 0, 0, 0, 1)]));
        Measurement[] free = [.. Enumerable.Range(1, 9).Select(i => new Measurement(i * 100, i * 100, 0, 0, i))];
        Assert.Contains(
            "cost",
            Assert.Throws<ArgumentException>(() => MeasuredTable.Fit(free)).Message,
            StringComparison.Ordinal
        );
    }

    private static double Error(Measurement[] rows, double[] x) =>
        rows.Sum(r =>
        {
            var ms =
                x[0]
                + x[1] * r.PrefillTokens
                + x[2] * r.PrefillPairs
                + x[3] * r.DecodeSequences
                + x[4] * r.DecodeContext;
            return (ms / r.Ms - 1) * (ms / r.Ms - 1);
        });

    private static StepShape Shape(Measurement row) =>
        new()
        {
            PrefillTokens = row.PrefillTokens,
            PrefillPairs = row.PrefillPairs,
            DecodeTokens = row.DecodeSequences,
            DecodeContext = row.DecodeContext,
        };

    private static Measurement[] Rows(
        Func<(double Tokens, double Pairs, double Sequences, double Context), int, double> ms
    )
    {
        int[] lengths = [16, 64, 256, 1024, 4096];
        var shapes = lengths
            .Select(n => (Tokens: n, Pairs: n * (n + 1L) / 2, Sequences: 0, Context: 0L))
            .Concat(
                from batch in new[] { 1, 4, 16, 64 }
                from context in new[] { 32, 256, 1024 }
                select (Tokens: 0, Pairs: 0L, Sequences: batch, Context: (long)batch * context)
            );
        return
        [
            .. shapes.Select(
                (s, i) =>
                    new Measurement(
                        s.Tokens,
                        s.Pairs,
                        s.Sequences,
                        s.Context,
                        ms((s.Tokens, s.Pairs, s.Sequences, s.Context), i)
                    )
            ),
        ];
    }
}
