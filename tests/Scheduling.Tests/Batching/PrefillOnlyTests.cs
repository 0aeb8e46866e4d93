// Owns what a prefill worker batches: prompts up to saturation, a longer one alone.
using Tern.Scheduling.Batching;
using Tern.Scheduling.Migration;

namespace Tern.Scheduling.Tests.Batching;

public sealed class PrefillOnlyTests
{
    [Fact]
    public void Prompts_join_a_batch_up_to_the_saturation_length() =>
        Assert.Equal([3, 1, 2], Batches(saturation: 60, 20, 20, 20, 55, 10, 50));

    [Fact]
    public void A_prompt_beyond_saturation_goes_alone() => Assert.Equal([1, 1, 1], Batches(saturation: 30, 10, 80, 25));

    [Fact]
    public void Without_a_saturation_length_the_token_budget_is_the_bound() =>
        Assert.Equal([5, 1], Batches(saturation: int.MaxValue, 20, 20, 20, 20, 20, 20));

    [Fact]
    public void A_prompt_beyond_the_token_budget_is_computed_in_steps_of_it()
    {
        var scheduler = Prefill(int.MaxValue);
        scheduler.Add(Drive.Request("long", 150, 4), 0);
        scheduler.Add(Drive.Request("short", 10, 4), 0);
        Assert.Equal([100, 60], [Drive.Step(scheduler).TokenCount, Drive.Step(scheduler).TokenCount]);
    }

    /// <summary>Prompts in each batch; none of them decodes.</summary>
    private static List<int> Batches(int saturation, params int[] prompts)
    {
        var scheduler = Prefill(saturation);
        for (var i = 0; i < prompts.Length; i++)
            scheduler.Add(Drive.Request($"{i}", prompts[i], 4), 0);
        List<int> counts = [];
        while (scheduler.Next(0) is { } batch)
        {
            counts.Add(batch.Items.Length);
            scheduler.Complete(batch, Drive.Results(batch), 0);
        }
        Assert.Equal(prompts.Length, scheduler.Stats.Parked);
        return counts;
    }

    private static Scheduler Prefill(int saturation) =>
        new(
            Drive.Options(blocks: 1000, batchTokens: 100) with
            {
                Role = WorkerRole.Prefill,
                EnablePrefixCaching = false,
            },
            new ServingSystem
            {
                Name = "prefill",
                Source = "a test",
                Batching = new PrefillOnly(new(saturation)),
                DecodeBatching = new DecodeOnly(),
                Migration = new PullAfterPrefill(),
            }
        );
}
