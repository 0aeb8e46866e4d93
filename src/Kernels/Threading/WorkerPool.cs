// Owns the threads of the CPU backend: they wait for numbered tasks, spinning briefly before they block, so that the
// many small operations of a decode step cost about a microsecond each, and an idle or crowded machine loses nothing.
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Tern.Kernels.Threading;

/// <summary>
/// Runs the tasks of an <see cref="IParallelBody"/> on a fixed number of threads, the caller among them. Which task does
/// what is fixed by its number; only who does it is decided at run time, so a late thread delays nobody.
/// </summary>
internal sealed unsafe class WorkerPool : IDisposable
{
    /// <summary>Spins before blocking; about 30 µs, several times the serial gaps between a decode step's operations.</summary>
    private const int SpinRounds = 600;

    private readonly Thread[] _threads;
    private readonly object _gate = new();
    private readonly int _spinRounds;

    // High half: the job's number. Low half: its unclaimed tasks. One word, so a thread that wakes late cannot claim a
    // task of a job it knows nothing of.
    private long _ticket;
    private int _unfinished;
    private int _sleepers;
    private bool _callerSleeps;
    private bool _disposed;
    private int _busy;

    // The current job; stable while one of its tasks is unfinished.
    private int _tasks;
    private void* _body;
    private delegate* <void*, int, int, void> _invoke;
    private ExceptionDispatchInfo? _failure;

    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 1024);
        _spinRounds = threads <= Environment.ProcessorCount ? SpinRounds : 0;
        var processors = Affinity.Allowed();
        _threads = new Thread[threads - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            // A pool as large as the machine pins its threads; a smaller one leaves their place to the system.
            int processor = processors.Length == threads ? processors[worker] : -1;
            _threads[i] = new Thread(() => Work(worker, processor))
            {
                IsBackground = true,
                Name = $"tern worker {worker}",
            };
            _threads[i].Start();
        }
    }

    /// <summary>Threads that work on a job, the caller included.</summary>
    public int Threads => _threads.Length + 1;

    /// <summary>Does all tasks and returns when the last is done. One caller at a time.</summary>
    /// <exception cref="InvalidOperationException">Another thread is in this call.</exception>
    public void Run<TBody>(int tasks, ref TBody body)
        where TBody : unmanaged, IParallelBody
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (tasks <= 1 || _threads.Length == 0)
        {
            for (int task = 0; task < tasks; task++)
                body.Invoke(task, worker: 0);
            return;
        }
        if (Interlocked.Exchange(ref _busy, 1) != 0)
            throw new InvalidOperationException("two threads use one CPU backend at the same time");
        try
        {
            _body = Unsafe.AsPointer(ref body);
            _invoke = &Invoke<TBody>;
            _tasks = tasks;
            Volatile.Write(ref _unfinished, tasks);
            long job = (_ticket >> 32) + 1;
            Interlocked.Exchange(ref _ticket, (job << 32) | (uint)tasks);
            if (Volatile.Read(ref _sleepers) > 0)
            {
                lock (_gate)
                    Monitor.PulseAll(_gate);
            }
            DoTasks(worker: 0);
            AwaitLast();
            if (Interlocked.Exchange(ref _failure, null) is { } failure)
                failure.Throw();
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Ends and joins the threads.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        lock (_gate)
        {
            _disposed = true;
            Monitor.PulseAll(_gate);
        }
        foreach (var thread in _threads)
            thread.Join();
    }

    private static void Invoke<TBody>(void* body, int task, int worker)
        where TBody : unmanaged, IParallelBody => ((TBody*)body)->Invoke(task, worker);

    private void Work(int worker, int processor)
    {
        if (processor >= 0)
            Affinity.PinThread(processor);
        long seen = 0;
        while (AwaitJob(ref seen))
            DoTasks(worker);
    }

    private bool AwaitJob(ref long seen)
    {
        for (int round = 0; round < _spinRounds; round++)
        {
            if (Volatile.Read(ref _disposed))
                return false;
            if (IsNewJob(ref seen))
                return true;
            Thread.SpinWait(8);
        }
        lock (_gate)
        {
            Interlocked.Increment(ref _sleepers);
            try
            {
                while (!_disposed)
                {
                    if (IsNewJob(ref seen))
                        return true;
                    Monitor.Wait(_gate);
                }
                return false;
            }
            finally
            {
                Interlocked.Decrement(ref _sleepers);
            }
        }
    }

    private bool IsNewJob(ref long seen)
    {
        long job = Volatile.Read(ref _ticket) >> 32;
        if (job == seen)
            return false;
        seen = job;
        return true;
    }

    private void DoTasks(int worker)
    {
        while (true)
        {
            long ticket = Volatile.Read(ref _ticket);
            int unclaimed = (int)ticket;
            if (unclaimed == 0)
                return;
            if (Interlocked.CompareExchange(ref _ticket, ticket - 1, ticket) != ticket)
                continue;
            try
            {
                if (Volatile.Read(ref _failure) is null)
                    _invoke(_body, _tasks - unclaimed, worker);
            }
            catch (Exception failure) // handed to the caller of Run
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            }
            if (Interlocked.Decrement(ref _unfinished) == 0 && worker != 0 && Volatile.Read(ref _callerSleeps))
            {
                lock (_gate)
                    Monitor.PulseAll(_gate);
            }
        }
    }

    private void AwaitLast()
    {
        for (int round = 0; round < _spinRounds; round++)
        {
            if (Volatile.Read(ref _unfinished) == 0)
                return;
            Thread.SpinWait(8);
        }
        lock (_gate)
        {
            Volatile.Write(ref _callerSleeps, true);
            Interlocked.MemoryBarrier();
            while (Volatile.Read(ref _unfinished) != 0)
                Monitor.Wait(_gate);
            _callerSleeps = false;
        }
    }
}
