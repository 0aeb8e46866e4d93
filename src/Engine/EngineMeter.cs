// Owns the engine's counters and its progress clock: written by the engine thread and the door, read by anyone.
using Tern.Scheduling;

namespace Tern.Engine;

/// <summary>Counts, and knows since when nothing has moved. Thread-safe.</summary>
/// <param name="clock">Milliseconds of a clock that never goes back.</param>
internal sealed class EngineMeter(Func<double> clock)
{
    private readonly Lock _lock = new();
    private SchedulerStats _scheduler;
    private double _progressMs = clock();
    private int _outstanding;
    private int _inbox;
    private long _promptTokens;
    private long _generationTokens;
    private long _corrupted;
    private Exception? _fault;
    private TaskCompletionSource? _idle;

    /// <summary>A snapshot.</summary>
    public EngineStats Stats
    {
        get
        {
            lock (_lock)
                return new EngineStats
                {
                    Running = _scheduler.Running,
                    Waiting = _scheduler.Waiting + _inbox,
                    UsedBlocks = _scheduler.HeldBlocks,
                    TotalBlocks = _scheduler.TotalBlocks,
                    PromptTokens = _promptTokens,
                    GenerationTokens = _generationTokens,
                    PrefixQueries = _scheduler.PrefixQueries,
                    PrefixHits = _scheduler.PrefixHits,
                    Preemptions = _scheduler.Preemptions,
                    Steps = _scheduler.Steps,
                    CorruptedRequests = _corrupted,
                    MsWithoutProgress = _outstanding == 0 ? 0 : clock() - _progressMs,
                    Fault = _fault,
                };
        }
    }

    /// <summary>A request comes in, unless as many as <paramref name="maxWaiting"/> wait already.</summary>
    public bool TryEnter(int maxWaiting)
    {
        lock (_lock)
        {
            if (_scheduler.Waiting + _inbox >= maxWaiting)
                return false;
            _inbox++;
            // An idle engine owes progress only from now on.
            if (_outstanding++ == 0)
                _progressMs = clock();
            return true;
        }
    }

    /// <summary>The engine thread took a request out of the inbox.</summary>
    public void TakenIn()
    {
        lock (_lock)
            _inbox--;
    }

    /// <summary>A request is over.</summary>
    public void Leave()
    {
        lock (_lock)
            if (--_outstanding == 0)
                _idle?.TrySetResult();
    }

    /// <summary>Completes when no request is outstanding.</summary>
    public Task WhenIdle()
    {
        lock (_lock)
        {
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_outstanding == 0)
                _idle.TrySetResult();
            return _idle.Task;
        }
    }

    /// <summary>The scheduler changed.</summary>
    public void Observe(in SchedulerStats stats)
    {
        lock (_lock)
            _scheduler = stats;
    }

    /// <summary>A step was completed.</summary>
    public void Progress()
    {
        lock (_lock)
            _progressMs = clock();
    }

    /// <summary>Tokens of prompts that began, and tokens generated.</summary>
    public void CountTokens(int prompt, int generated)
    {
        lock (_lock)
        {
            _promptTokens += prompt;
            _generationTokens += generated;
        }
    }

    /// <summary>A request failed because its logits were not finite.</summary>
    public void CountCorrupted()
    {
        lock (_lock)
            _corrupted++;
    }

    /// <summary>The engine stopped.</summary>
    public void SetFault(Exception fault)
    {
        lock (_lock)
            _fault ??= fault;
    }
}
