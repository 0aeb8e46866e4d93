// Owns what the cursors of a restore allow, and what policies do at the meeting point.
using Tern.Scheduling.Latency;
using Tern.Scheduling.Restore;

namespace Tern.Scheduling.Tests.Restore;

public sealed class RestoreStateTests
{
    private static readonly RestoreEstimate _estimate = new(new Linear(1, 0.1, 0, 0), 2, 0.5);

    [Fact]
    public void Neither_side_takes_what_the_other_has_and_none_does_two_things_at_once()
    {
        var state = new RestoreState(1000, _estimate);
        state.BeginCompute(512, 0);
        Assert.Throws<InvalidOperationException>(() => state.BeginCompute(1, 0));
        Assert.Throws<InvalidOperationException>(() => state.BeginLoad(489, 0));
        state.BeginLoad(488, 0);
        Assert.Throws<InvalidOperationException>(() => state.BeginLoad(1, 0));
        Assert.Equal(0, state.Gap);
        state.EndCompute(60);
        Assert.False(state.Done);
        state.EndLoad(300);
        Assert.True(state.Done);
    }

    [Fact]
    public void Bidirectional_waits_for_the_read_in_flight()
    {
        var state = new RestoreState(600, _estimate);
        var both = new Bidirectional();
        Assert.Equal(new RestoreStep(512, 88), both.Next(state, 512, 0));
        state.BeginCompute(512, 0);
        state.BeginLoad(88, 0);
        state.EndCompute(52);
        Assert.Equal(new RestoreStep(0, 0), both.Next(state, 512, 52));
    }

    [Fact]
    public void Auto_computes_what_a_stalled_read_does_not_deliver_and_gives_the_read_up()
    {
        var state = new RestoreState(600, _estimate);
        state.BeginLoad(88, 0); // expected to take 46 ms
        state.BeginCompute(512, 0);
        state.EndCompute(45);
        var auto = new Auto();
        Assert.Equal(new RestoreStep(0, 0, 92), auto.Next(state, 512, 45));
        Assert.Equal(new RestoreStep(88, 0), auto.Next(state, 512, 92));
        state.BeginCompute(88, 92);
        Assert.False(state.Done);
        state.EndCompute(102);
        Assert.False(state.Loading);
        Assert.True(state.Done);
    }

    [Fact]
    public void Auto_drops_the_side_that_would_only_be_waited_for()
    {
        var slowDevice = new RestoreState(4096, new RestoreEstimate(new Linear(5000, 1, 0, 0), 0, 0.1));
        Assert.Equal((0, 128), Sides(new Auto().Next(slowDevice, 512, 0)));
        var slowTier = new RestoreState(4096, new RestoreEstimate(new Linear(1, 0.01, 0, 0), 5000, 1));
        Assert.Equal((512, 0), Sides(new Auto().Next(slowTier, 512, 0)));

        static (int, int) Sides(RestoreStep step) => (step.ComputeTokens, step.LoadTokens);
    }

    [Fact]
    public void The_budget_of_the_step_bounds_what_is_computed()
    {
        var state = new RestoreState(4096, _estimate);
        IRestorePolicy[] policies = [new Compute(), new Bidirectional(), new Auto()];
        Assert.All(policies, policy => Assert.Equal(100, policy.Next(state, 100, 0).ComputeTokens));
        Assert.All(policies, policy => Assert.Equal(0, policy.Next(state, 0, 0).ComputeTokens));
        Assert.Equal(128, new Auto().Next(state, 0, 0).LoadTokens);
    }

    [Fact]
    public void What_was_measured_corrects_the_estimate()
    {
        var state = new RestoreState(4096, _estimate);
        state.BeginLoad(128, 0);
        Assert.Equal(66, state.LoadMs(128, 10));
        state.EndLoad(132);
        Assert.Equal(132, state.LoadMs(128, 132));
        state.BeginCompute(512, 132);
        state.EndCompute(132 + 3 * 52.2);
        Assert.Equal(3 * 52.2, state.ComputeMs(512, 512), 6);
    }
}
