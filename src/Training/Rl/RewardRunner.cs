// Owns the calling of checkers: on other threads, with a limit in time, so that one that fails or hangs costs its answer and
// nothing else.
using Tern.Training.Rl.Tasks;

namespace Tern.Training.Rl;

/// <summary>Judges answers.</summary>
/// <param name="task">Whose checker.</param>
/// <param name="timeout">For one answer.</param>
public sealed class RewardRunner(IRlTask task, TimeSpan timeout)
{
    private long _failed;
    private long _timedOut;

    /// <summary>Checks that threw, so far.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Checks that did not return in time, so far. Each still holds a thread until it returns.</summary>
    public long TimedOut => Interlocked.Read(ref _timedOut);

    /// <summary>What the last check that threw said.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>The answer with its reward.</summary>
    public async Task<Rollout> JudgeAsync(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        if (!rollout.IsWhole)
            return rollout;
        var check = Task.Factory.StartNew(
            () => task.Reward(rollout.Prompt, rollout.Text),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        try
        {
            double reward = await check.WaitAsync(timeout).ConfigureAwait(false);
            if (reward is >= 0 and <= 1)
                return rollout with { Reward = reward };
            throw new ArgumentOutOfRangeException(null, reward, "a reward must be from 0 to 1");
        }
        catch (TimeoutException) when (!check.IsCompleted)
        {
            Interlocked.Increment(ref _timedOut);
        }
        catch (Exception error) // whatever a checker throws is the checker's fault
        {
            Interlocked.Increment(ref _failed);
            LastFailure = $"{error.GetType().Name}: {error.Message}";
        }
        return rollout;
    }
}
