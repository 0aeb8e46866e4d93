// Owns when measuring ends and which of several times counts. Clock and steps are given: nothing here computes.
namespace Tern.Engine.Calibration;

/// <summary>
/// Times steps in rounds, as often as the budget allows and at most <see cref="Rounds"/> times; the median of a step's times counts. Rounds
/// rather than repeats: what disturbs the machine for a moment then disturbs one time of several steps and not all times of one.
/// </summary>
/// <param name="prepare">Sets a step up; what it returns is timed.</param>
/// <param name="nowMs">The clock, ms.</param>
internal sealed class StepTimer(Func<CalibrationStep, Action> prepare, Func<double> nowMs)
{
    /// <summary>Most times that a step is timed.</summary>
    public const int Rounds = 9;

    /// <summary>Steps that are measured whatever they take: a model of step times needs a chunk and a decode.</summary>
    public const int AlwaysMeasured = 2;

    // Code that has just been loaded is slow: it runs for this part of the budget before anything is timed.
    private const double WarmUpShare = 0.15;

    // A step that takes more than this part of the budget is a long one.
    private const double LongShare = 0.02;

    /// <summary>Measures as many steps of the plan as the budget allows, in order; at least the first <see cref="AlwaysMeasured"/>.</summary>
    /// <param name="plan">The steps, small ones first.</param>
    /// <param name="budgetMs">Ms that all together may take.</param>
    /// <param name="cancellation">Ends the work between runs.</param>
    public IReadOnlyList<CalibrationPoint> Measure(
        IReadOnlyList<CalibrationStep> plan,
        double budgetMs,
        CancellationToken cancellation = default
    )
    {
        var start = nowMs();
        WarmUp(plan, start + WarmUpShare * budgetMs, cancellation);
        var times = new List<List<double>>(plan.Count);
        foreach (var step in plan)
        {
            cancellation.ThrowIfCancellationRequested();
            if (times.Count >= AlwaysMeasured && nowMs() - start + Expected(plan, times) > budgetMs)
                break;
            times.Add([Time(prepare(step), budgetMs)]);
        }
        for (var round = 1; round < Rounds; round++)
        {
            for (var i = 0; i < times.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (nowMs() - start + times[i][0] > budgetMs)
                    return Medians(plan, times);
                times[i].Add(Time(prepare(plan[i]), budgetMs));
            }
        }
        return Medians(plan, times);
    }

    private void WarmUp(IReadOnlyList<CalibrationStep> plan, double untilMs, CancellationToken cancellation)
    {
        for (var i = 0; nowMs() < untilMs; i = (i + 1) % plan.Count)
        {
            cancellation.ThrowIfCancellationRequested();
            prepare(plan[i])();
        }
    }

    /// <summary>Ms that the next step takes if rows have a price: no less than the last one, for steps grow.</summary>
    private static double Expected(IReadOnlyList<CalibrationStep> plan, List<List<double>> times)
    {
        var (last, next) = (plan[times.Count - 1], plan[times.Count]);
        return times[^1][0] * Math.Max(1, (double)next.Shape.Rows / last.Shape.Rows);
    }

    /// <summary>Ms of a step. A short one runs once before, to find the processor's caches as its like leave them.</summary>
    private double Time(Action run, double budgetMs)
    {
        var first = Time(run);
        return first > LongShare * budgetMs ? first : Time(run);
    }

    private double Time(Action run)
    {
        var start = nowMs();
        run();
        // A clock may be too coarse for a step; no time at all would be no measurement.
        return Math.Max(1e-6, nowMs() - start);
    }

    private static CalibrationPoint[] Medians(IReadOnlyList<CalibrationStep> plan, List<List<double>> times) =>
        [
            .. times.Select(
                (all, i) =>
                {
                    all.Sort();
                    return new CalibrationPoint(plan[i], (all[(all.Count - 1) / 2] + all[all.Count / 2]) / 2);
                }
            ),
        ];
}
