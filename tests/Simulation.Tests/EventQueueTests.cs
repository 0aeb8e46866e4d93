// Owns the order of events and the direction of time.
namespace Tern.Simulation.Tests;

public sealed class EventQueueTests
{
    [Fact]
    public void Events_come_by_time_and_then_in_the_order_they_were_added()
    {
        var random = new Random(5);
        var queue = new EventQueue<int>();
        var added = Enumerable.Range(0, 1000).Select(i => (Ms: (double)random.Next(20), What: i)).ToList();
        foreach (var (ms, what) in added)
            queue.Add(ms, what);
        var taken = new List<(double, int)>();
        while (queue.TryTake(out var ms, out var what))
            taken.Add((ms, what));
        Assert.Equal(added.OrderBy(e => e.Ms), taken);
    }

    [Fact]
    public void Events_that_only_beget_events_end_when_it_is_time_to_stop()
    {
        using var stop = new CancellationTokenSource();
        var queue = new EventQueue<int> { Cancellation = stop.Token };
        queue.Add(0, 0);
        Assert.Throws<OperationCanceledException>(() =>
        {
            while (queue.TryTake(out var ms, out _) && queue.Taken < 100_000)
            {
                queue.Add(ms + 1, 0);
                if (queue.Taken == 5000)
                    stop.Cancel();
            }
        });
        Assert.InRange(queue.Taken, 5000, 5000 + 1024);
    }

    [Fact]
    public void An_event_needs_a_finite_time() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventQueue<int>().Add(double.NaN, 1));

    [Fact]
    public void Time_only_moves_forward()
    {
        var clock = new VirtualClock();
        clock.AdvanceTo(3);
        clock.AdvanceTo(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => clock.AdvanceTo(2.9));
        Assert.Throws<ArgumentOutOfRangeException>(() => clock.AdvanceTo(double.NaN));
        Assert.Equal(3, clock.NowMs);
    }
}
