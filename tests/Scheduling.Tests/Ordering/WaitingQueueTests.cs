// Owns the heap of waiting sequences, against a sorted list.
using Tern.Scheduling.Ordering;

namespace Tern.Scheduling.Tests.Ordering;

public sealed class WaitingQueueTests
{
    [Fact]
    public void It_gives_and_removes_like_a_sorted_list()
    {
        var policy = new Priority();
        var (queue, sorted, random) = (new WaitingQueue(policy), new List<Sequence>(), new Random(11));
        for (var i = 0; i < 20_000; i++)
        {
            if (sorted.Count < 60 && random.Next(2) == 0)
            {
                var request = Drive.Request($"{i}", 1, 1) with { Priority = random.Next(5) };
                var sequence = new Sequence(request, 0, i, new RequestTimeline(request, 0), []);
                queue.Add(sequence);
                sorted.Add(sequence);
                sorted.Sort(policy.Compare);
            }
            else if (sorted.Count > 0)
            {
                var any = sorted[random.Next(3) == 0 ? 0 : random.Next(sorted.Count)];
                queue.Remove(any);
                sorted.Remove(any);
            }
            Assert.Same(sorted.FirstOrDefault(), queue.First);
            Assert.Equal(sorted.Count, queue.Count);
        }
    }
}
