// Owns the timing of short rounds of work that several threads begin together.
using System.Diagnostics;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Limits;

/// <summary>Times rounds; the fastest counts, so that a crowded machine still shows what it can do.</summary>
internal static class ConcurrentRounds
{
    /// <summary>Does a thread's part of a round of one kind of work.</summary>
    public delegate void Work(int kind, int round, int thread);

    /// <summary>Runs all rounds of one kind, then those of the next.</summary>
    /// <param name="threads">Threads, the caller included.</param>
    /// <param name="kinds">Kinds of work.</param>
    /// <param name="rounds">How many of each are timed.</param>
    /// <param name="work">What is timed.</param>
    /// <returns>Seconds of the fastest round of each kind, from the first thread's beginning to the last one's end.</returns>
    public static double[] Fastest(int threads, int kinds, int rounds, Work work)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        // Every thread reads the clock itself: one that wakes late must not make a round look short.
        var begins = new long[threads];
        var ends = new long[threads];
        var best = new double[kinds];
        Array.Fill(best, double.PositiveInfinity);
        using var barrier = new Barrier(threads);
        void Repeat(int thread)
        {
            for (int i = 0; i < kinds * rounds; i++)
            {
                barrier.SignalAndWait();
                begins[thread] = Stopwatch.GetTimestamp();
                work(i / rounds, i % rounds, thread);
                ends[thread] = Stopwatch.GetTimestamp();
                barrier.SignalAndWait();
                if (thread == 0)
                    best[i / rounds] = Math.Min(
                        best[i / rounds],
                        Stopwatch.GetElapsedTime(begins.Min(), ends.Max()).TotalSeconds
                    );
            }
        }
        var processors = Affinity.Allowed();
        var others = new Thread[threads - 1];
        for (int i = 0; i < others.Length; i++)
        {
            int thread = i + 1;
            others[i] = new Thread(() =>
            {
                // As in the worker pool; without it young threads share a processor for longer than a measurement takes.
                if (processors.Length == threads)
                    Affinity.PinThread(processors[thread]);
                Repeat(thread);
            });
            others[i].Start();
        }
        Repeat(0);
        foreach (var other in others)
            other.Join();
        return best;
    }
}
