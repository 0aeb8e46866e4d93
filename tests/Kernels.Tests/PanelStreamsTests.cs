// The division of panels into tasks and streams: every panel once, as many tasks for every thread, streams as long as they can be.
using Tern.Kernels.Cpu;

namespace Tern.Kernels.Tests;

public class PanelStreamsTests
{
    [Fact]
    public void Every_panel_is_in_one_group_of_one_task_or_in_its_rest()
    {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            int panels = random.Next(0, i % 2 == 0 ? 20 : 3000);
            int atOnce = random.Next(2) == 0 ? 1 : 4;
            var streams = new PanelStreams(panels, random.Next(1, 60_000), atOnce, threads: random.Next(1, 6));
            int[] seen = new int[panels];
            for (int task = 0; task < streams.Tasks; task++)
            {
                var (first, apart, end) = streams.Of(task);
                for (int step = 0; step < apart; step++)
                for (int stream = 0; stream < atOnce; stream++)
                    seen[first + step + stream * apart]++;
                for (int panel = first + apart * atOnce; panel < end; panel++)
                    seen[panel]++;
            }
            Assert.All(seen, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Tasks_are_shared_equally_and_their_streams_are_long()
    {
        // 64 panels of 9 KiB, some 600 KiB: two tasks for two threads, each of four streams of 8 panels.
        var streams = new PanelStreams(64, 9 << 10, atOnce: 4, threads: 2);
        Assert.Equal(2, streams.Tasks);
        Assert.Equal((0, 8, 32), streams.Of(0));
        Assert.Equal((32, 8, 64), streams.Of(1));
        Assert.Equal(1, new PanelStreams(4, 1 << 10, atOnce: 4, threads: 8).Tasks);
        Assert.Equal(0, new PanelStreams(0, 1 << 10, atOnce: 4, threads: 8).Tasks);
    }
}
