// Owns the measurement of what it costs to divide work among the threads of a backend.
using System.Diagnostics;
using Tern.Kernels.Threading;

namespace Tern.Kernels.Benchmarks;

/// <summary>Parallel regions of one task a thread, each 10 µs long: what a region takes beyond that is its cost.</summary>
internal static class PoolReport
{
    private const int Regions = 2000;
    private const int Rounds = 50;
    private const double TaskMicroseconds = 10;

    /// <summary>Prints µs a region: of the fastest and of the median round of 2,000 regions.</summary>
    public static void Write(TextWriter output, int threads)
    {
        using var pool = new WorkerPool(threads);
        foreach (int pause in new[] { 0, 5, 20 })
        {
            var rounds = new double[Rounds];
            for (int round = 0; round < Rounds; round++)
            {
                long spent = 0;
                for (int region = 0; region < Regions; region++)
                {
                    Wait(pause);
                    var body = default(Task);
                    long start = Stopwatch.GetTimestamp();
                    pool.Run(threads, ref body);
                    spent += Stopwatch.GetTimestamp() - start;
                }
                rounds[round] = (spent * 1e6 / Stopwatch.Frequency / Regions) - TaskMicroseconds;
            }
            Array.Sort(rounds);
            output.WriteLine(
                $"{threads} threads, {pause} µs between regions: {rounds[0]:F2} µs a region (median {rounds[Rounds / 2]:F2})"
            );
        }
    }

    private static void Wait(double microseconds)
    {
        long end = Stopwatch.GetTimestamp() + (long)(microseconds * Stopwatch.Frequency / 1e6);
        while (Stopwatch.GetTimestamp() < end) { }
    }

    private readonly struct Task : IParallelBody
    {
        public void Invoke(int task, int worker) => Wait(TaskMicroseconds);
    }
}
