// Owns the restore of one prefix in virtual time: a device that computes, a tier that is read, a policy that splits the work.
using Tern.Scheduling.Restore;

namespace Tern.Simulation;

/// <summary>A request whose prefix is stored, alone on a device and a tier.</summary>
public sealed record RestoreSimulation
{
    /// <summary>Tokens of the stored prefix.</summary>
    public required int PrefixTokens { get; init; }

    /// <summary>What computing and loading cost at nominal speed.</summary>
    public required RestoreEstimate Truth { get; init; }

    /// <summary>What the policy believes; the truth if null.</summary>
    public RestoreEstimate? Belief { get; init; }

    /// <summary>Speed of the device for this request (its share, changing) over time.</summary>
    public SpeedSchedule ComputeSpeed { get; init; } = SpeedSchedule.Constant;

    /// <summary>Speed of the tier over time.</summary>
    public SpeedSchedule LoadSpeed { get; init; } = SpeedSchedule.Constant;

    /// <summary>Rows a step has for this request.</summary>
    public int TokenBudget { get; init; } = int.MaxValue;

    /// <summary>Restores the prefix from nothing.</summary>
    /// <exception cref="InvalidOperationException">The policy left tokens that nobody works on.</exception>
    public RestoreOutcome Run(IRestorePolicy policy)
    {
        var state = new RestoreState(PrefixTokens, Belief ?? Truth);
        var (now, steps, reads, overtaken) = (0.0, 0, 0, 0);
        var (computeEnd, loadEnd) = (double.PositiveInfinity, double.PositiveInfinity);
        while (!state.Done)
        {
            var next = policy.Next(state, TokenBudget, now);
            if (next.ComputeTokens > 0)
            {
                steps++;
                var workMs = Truth.ComputeMs(state.Computed, next.ComputeTokens);
                state.BeginCompute(next.ComputeTokens, now);
                computeEnd = ComputeSpeed.EndMs(now, workMs);
            }
            if (next.LoadTokens > 0)
            {
                reads++;
                state.BeginLoad(next.LoadTokens, now);
                loadEnd = LoadSpeed.EndMs(now, Truth.LoadMs(next.LoadTokens));
            }
            now = Math.Min(Math.Min(computeEnd, loadEnd), Math.Max(next.LookAgainMs, now));
            if (double.IsInfinity(now))
                throw new InvalidOperationException(
                    $"the policy stopped with tokens {state.Computed} to {state.Loaded} missing"
                );
            // At the same moment the read ends first: its tokens were there before the step's.
            if (loadEnd <= now)
            {
                state.EndLoad(now);
                loadEnd = double.PositiveInfinity;
            }
            if (computeEnd <= now)
            {
                state.EndCompute(now);
                computeEnd = double.PositiveInfinity;
                if (!state.Loading && !double.IsInfinity(loadEnd))
                {
                    overtaken++;
                    loadEnd = double.PositiveInfinity;
                }
            }
        }
        return new RestoreOutcome(now, state.Loaded, steps, reads, overtaken);
    }
}
