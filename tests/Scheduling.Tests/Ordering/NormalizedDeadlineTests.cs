// Owns the tests of the order by due first tokens.
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Systems;

namespace Tern.Scheduling.Tests.Ordering;

public sealed class NormalizedDeadlineTests
{
    [Fact]
    public void The_shorter_of_two_prompts_goes_first_unless_the_longer_is_due_before_it()
    {
        var (longer, shorter, late) = Arrived((0, 100), (0, 10), (475, 10));
        var order = new NormalizedDeadline(msPerToken: 5);
        // Due at 500, 50 and 525 ms.
        Assert.True(order.Compare(shorter, longer) < 0);
        Assert.True(order.Compare(longer, late) < 0);
        Assert.True(order.Compare(late, longer) > 0);
        Assert.Equal(0, order.Compare(late, late));
    }

    private static (Sequence, Sequence, Sequence) Arrived(params (double Ms, int Tokens)[] requests)
    {
        var scheduler = new Scheduler(new SchedulerOptions { BlockCount = 100 }, SarathiServe.System);
        var sequences = requests
            .Select(
                (r, i) =>
                    scheduler.Add(
                        new Request
                        {
                            Id = i.ToString(),
                            Prompt = new int[r.Tokens],
                            MaxNewTokens = 1,
                        },
                        r.Ms
                    )[0]
            )
            .ToArray();
        return (sequences[0], sequences[1], sequences[2]);
    }
}
