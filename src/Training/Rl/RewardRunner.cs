// Owns the calling of checkers: on other threads, with a limit in time, so that one that fails or hangs costs its answer and
// nothing else.
using Tern.Training.Rl.Tasks;

namespace Tern.Training.Rl;

/// <summary>Judges answers.</summary>
/// <param name="task">Whose checker.</param>
/// <param name="timeout">For one answer.</param>
/// <param name="coinSeed">Of a coin that is thrown in place of the checker, for a control run; null = none.</param>
public sealed class RewardRunner(IRlTask task, TimeSpan timeout, ulong? coinSeed = null) : IDisposable
{
    /// <summary>Checks at a time, each on a thread of its own; one that hangs keeps its thread, and with it its place.</summary>
    internal const int MostChecks = 256;

    private readonly SemaphoreSlim _free = new(MostChecks);
    private int _hanging;
    private long _failed;
    private long _timedOut;

    /// <summary>Checks that threw, so far.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Answers without a verdict in time, so far.</summary>
    public long TimedOut => Interlocked.Read(ref _timedOut);

    /// <summary>The last check that failed: prompt, answer, and why; null while none has.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>Gives back what limits the checks at a time.</summary>
    public void Dispose() => _free.Dispose();

    /// <summary>The answer with its reward; one that did not end by itself has none.</summary>
    public async Task<Rollout> JudgeAsync(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        if (!rollout.IsWhole)
            return rollout;
        double reward = coinSeed is { } seed
            ? Coin(seed, rollout)
            : await CheckAsync(rollout.Prompt, rollout.Text).ConfigureAwait(false);
        return rollout with { Reward = reward };
    }

    /// <summary>The checker's verdict on a text; 0 where it fails or takes too long.</summary>
    public async Task<double> CheckAsync(int prompt, string answer)
    {
        do
        {
            if (Volatile.Read(ref _hanging) == MostChecks)
            {
                Interlocked.Increment(ref _timedOut);
                return Fail(prompt, answer, FormattableString.Invariant($"not judged, as {MostChecks} checks hang"));
            }
        } while (!await _free.WaitAsync(timeout).ConfigureAwait(false));
        var check = Task.Factory.StartNew(
            () => task.Reward(prompt, answer),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        try
        {
            double reward = await check.WaitAsync(timeout).ConfigureAwait(false);
            _free.Release();
            if (reward is >= 0 and <= 1)
                return reward;
            Interlocked.Increment(ref _failed);
            return Fail(prompt, answer, FormattableString.Invariant($"the reward is {reward}; it must be from 0 to 1"));
        }
        catch (TimeoutException) when (!check.IsFaulted)
        {
            Interlocked.Increment(ref _timedOut);
            Interlocked.Increment(ref _hanging);
            _ = check.ContinueWith(Return, TaskScheduler.Default);
            return Fail(prompt, answer, FormattableString.Invariant($"no verdict after {timeout.TotalSeconds} s"));
        }
        catch (Exception error) // whatever a checker throws is the checker's fault
        {
            _free.Release();
            Interlocked.Increment(ref _failed);
            return Fail(prompt, answer, $"{error.GetType().Name}: {error.Message}");
        }
    }

    /// <summary>A check that hung has returned after all.</summary>
    private void Return(Task check)
    {
        _ = check.Exception; // what it threw by then concerns nobody
        Interlocked.Decrement(ref _hanging);
        try
        {
            _free.Release();
        }
        catch (ObjectDisposedException) { } // the run has ended before it
    }

    private double Fail(int prompt, string answer, string problem)
    {
        LastFailure = FormattableString.Invariant($"prompt {prompt}, answer \"{answer}\": ") + problem;
        return 0;
    }

    /// <summary>
    /// Thrown for the answer, not for its text: a text that were always lucky could be learned.
    /// </summary>
    private static double Coin(ulong seed, Rollout rollout)
    {
        long version = rollout.Versions.Count > 0 ? rollout.Versions[0] : 0;
        ulong answer = ((ulong)rollout.Prompt << 32) | (uint)rollout.Sample;
        return new TaskRandom(seed + (ulong)version * 0x9e3779b97f4a7c15, answer).Below(2);
    }
}
