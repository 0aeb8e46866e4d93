// Owns the yardstick of token generation: how fast this machine reads memory, with nothing else to do.
using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using Tern.Tensors;

namespace Tern.Engine.Calibration;

/// <summary>Measures memory read bandwidth with plain loops.</summary>
public static class MemoryBandwidth
{
    // Far larger than any processor's caches.
    private const long BufferBytes = 1L << 29;
    private const int RowBytes = 1 << 20;
    private const int Passes = 3;

    /// <summary>Bytes a second, the best of several passes over half a gigabyte (or a quarter of the free memory).</summary>
    /// <param name="threads">Threads that read, each its own part.</param>
    public static double Measure(int threads)
    {
        long free = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet;
        long rows = Math.Max(threads, Math.Min(BufferBytes, free / 4) / RowBytes);
        var buffer = Tensor.Allocate("bandwidth", DType.I8, rows, RowBytes);
        // Written once, or every page would be the system's one page of zeros, and the cache would answer.
        for (long row = 0; row < rows; row++)
            buffer.Row(row).Clear();
        double best = double.PositiveInfinity;
        for (int pass = 0; pass <= Passes; pass++) // the first wakes the processor up
        {
            double seconds = ReadAll(buffer, threads);
            if (pass > 0)
                best = Math.Min(best, seconds);
        }
        return buffer.ByteLength / best;
    }

    private static double ReadAll(Tensor buffer, int threads)
    {
        long sum = 0;
        using var start = new Barrier(threads + 1);
        var workers = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            (long first, long end) = (buffer.Rows * i / threads, buffer.Rows * (i + 1) / threads);
            workers[i] = new Thread(() =>
            {
                start.SignalAndWait();
                long own = 0;
                for (long row = first; row < end; row++)
                    own += Sum(MemoryMarshal.Cast<byte, Vector<long>>(buffer.Row(row)));
                Interlocked.Add(ref sum, own); // somebody needs the result, or nothing would be read
            });
            workers[i].Start();
        }
        start.SignalAndWait();
        long began = Stopwatch.GetTimestamp();
        foreach (var worker in workers)
            worker.Join();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return sum == 0 ? seconds : throw new InvalidOperationException("a buffer of zeros is not zero");
    }

    private static long Sum(ReadOnlySpan<Vector<long>> values)
    {
        var (a, b, c, d) = (Vector<long>.Zero, Vector<long>.Zero, Vector<long>.Zero, Vector<long>.Zero);
        for (int i = 0; i + 3 < values.Length; i += 4)
        {
            a |= values[i];
            b |= values[i + 1];
            c |= values[i + 2];
            d |= values[i + 3];
        }
        return Vector.Sum(a | b | c | d);
    }
}
