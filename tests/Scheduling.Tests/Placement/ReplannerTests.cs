// Owns the replanner's promise: it fires for a lasting shift, never for noise, and never twice for the same shift.
using FsCheck;
using FsCheck.Fluent;
using Tern.Scheduling.Placement;

namespace Tern.Scheduling.Tests.Placement;

public sealed class ReplannerTests
{
    private static readonly Replanner.Load _planned = new(2, 500, 200);
    private static readonly Replanner.Options _options = new();

    [Fact]
    public void A_load_that_stays_within_the_threshold_never_fires() =>
        // By ratio: 30 % more is as far as 1 / 1.3 of it, which is 23 % less.
        Prop.ForAll(
                Gen.Choose(-23, 29).ListOf(60).ToArbitrary(),
                swings =>
                {
                    var watch = new Watched();
                    return swings.All(percent =>
                    {
                        watch.Window(2, 500 * (100 + percent) / 100, 200 * (100 + percent) / 100);
                        return watch.Replanner.Wanted is null;
                    });
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void It_fires_exactly_when_enough_windows_in_a_row_show_a_shift() =>
        Prop.ForAll(
                Gen.Elements(true, false).ListOf(40).ToArbitrary(),
                shifts =>
                {
                    var watch = new Watched();
                    var row = 0;
                    foreach (var shifted in shifts)
                    {
                        watch.Window(2, shifted ? 900 : 500, 200);
                        row = shifted ? row + 1 : 0;
                        if (watch.Replanner.Wanted.HasValue != row >= _options.Windows)
                            return false;
                    }
                    return true;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void After_a_search_for_what_was_seen_the_same_load_never_fires_again() =>
        Prop.ForAll(
                Gen.Choose(1, 8).ToArbitrary(),
                Gen.Choose(10, 4000).ToArbitrary(),
                Gen.Choose(10, 1000).ToArbitrary(),
                (rate, prompt, output) =>
                {
                    var watch = new Watched();
                    var fired = 0;
                    for (var i = 0; i < 30; i++)
                    {
                        watch.Window(rate, prompt, output);
                        if (watch.Replanner.Wanted is not { } wanted)
                            continue;
                        fired++;
                        watch.Replanner.Replanned(wanted);
                    }
                    return fired <= 1;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void It_asks_for_a_placement_for_the_load_seen()
    {
        var watch = new Watched();
        for (var i = 0; i < 3; i++)
            watch.Window(4, 700, 100);
        Assert.Equal(new Replanner.Load(4, 700, 100), watch.Replanner.Wanted);
    }

    [Fact]
    public void A_few_requests_move_no_mean_and_an_idle_night_asks_for_nothing()
    {
        var watch = new Watched(new Replanner.Options { MinRequests = 1000 });
        for (var i = 0; i < 5; i++)
            watch.Window(2, 5000, 200);
        Assert.Null(watch.Replanner.Wanted);
        watch.Replanner.AdvanceTo(1e9);
        Assert.Null(watch.Replanner.Wanted);
    }

    [Fact]
    public void Time_does_not_go_back()
    {
        var replanner = new Replanner(_planned, 1000);
        Assert.Throws<ArgumentOutOfRangeException>(() => replanner.Arrived(999, 1));
    }

    [Fact]
    public void A_plan_for_no_load_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Replanner(_planned with { Rate = 0 }, 0));

    /// <summary>A replanner fed with whole windows of equal requests.</summary>
    private sealed class Watched(Replanner.Options? options = null)
    {
        private double _startMs;

        public Replanner Replanner { get; } = new(_planned, 0, options ?? _options);

        public void Window(int rate, int prompt, int output)
        {
            var count = rate * 60;
            for (var i = 0; i < count; i++)
            {
                var now = _startMs + 60_000.0 * i / count;
                Replanner.Arrived(now, prompt);
                Replanner.Finished(now, output);
            }
            _startMs += 60_000;
            Replanner.AdvanceTo(_startMs);
        }
    }
}
