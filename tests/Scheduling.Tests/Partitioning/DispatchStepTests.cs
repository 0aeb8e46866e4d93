// Owns whom dispatch lets in when a long prompt in front must wait.
using Tern.Scheduling.Partitioning.ElasticInstances;
using Tern.Scheduling.Systems;

namespace Tern.Scheduling.Tests.Partitioning;

public sealed class DispatchStepTests
{
    private static readonly ElasticOptions _options = LoongServe.Published(4, 2, 64);
    private static readonly ElasticCost _cost = LoongServe.LwmOnA800(2).Costs(4);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Prompts_past_the_tipping_point_that_wait_for_more_instances_hold_nobody_back(int longOnes)
    {
        List<WaitingPrompt> waiting = [.. Enumerable.Repeat(new WaitingPrompt(190_000, 10), longOnes), new(100, 10)];
        var decision = DispatchStep.Elastic(StateOf(waiting, outOfOrder: 0), _cost, _options);
        Assert.Equal([longOnes], decision.Accepted);
        Assert.True(decision.Overtakes);
    }

    [Fact]
    public void Nobody_overtakes_once_that_happened_too_often_in_a_row() =>
        Assert.Empty(
            DispatchStep
                .Elastic(StateOf([new(190_000, 10), new(100, 10)], _options.MaxOutOfOrder), _cost, _options)
                .Accepted
        );

    [Fact]
    public void A_prompt_past_the_tipping_point_is_accepted_alone()
    {
        var idle = StateOf([new(190_000, 10), new(100, 10)], 0) with
        {
            Running = [],
            Instances = new ElasticSnapshot
            {
                SlotsPerInstance = _options.SlotsPerInstance,
                Used = [0, 0, 0, 0],
                Groups = [],
            },
        };
        Assert.Equal([0], DispatchStep.Elastic(idle, _cost, _options).Accepted);
    }

    /// <summary>One sequence decodes on one instance and is soon over: waiting for it costs less than three instances instead of four.</summary>
    private static DispatchState StateOf(IReadOnlyList<WaitingPrompt> waiting, int outOfOrder) =>
        new()
        {
            Waiting = waiting,
            Running = [new RunningDecode(50_000, 2, 8, 20)],
            Instances = new ElasticSnapshot
            {
                SlotsPerInstance = _options.SlotsPerInstance,
                Used = [50_000, 0, 0, 0],
                Groups =
                [
                    new ElasticGroupState
                    {
                        Instances = [0],
                        Sequences = 1,
                        GeneratedTokens = 2,
                        Held = [50_000, 0, 0, 0],
                    },
                ],
            },
            MeanOutputTokens = 12,
            MeanDecodeMs = 100,
            OutOfOrder = outOfOrder,
        };
}
