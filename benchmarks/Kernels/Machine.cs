// Owns what the machine itself can do, measured in the same run as the kernels: how fast memory is read and how fast
// fused multiply-adds go, on as many threads as the kernels use.
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tern.Tensors.Memory;

namespace Tern.Kernels.Benchmarks;

/// <summary>Limits of the machine.</summary>
internal static unsafe class Machine
{
    /// <summary>Bytes read per second, in GB/s, from a buffer far larger than the caches.</summary>
    public static double ReadBandwidth(int threads)
    {
        const int Pieces = 64;
        const long PieceBytes = 8L << 20;
        using var memory = new AlignedMemory(Pieces * PieceBytes);
        byte* data = memory.Pointer;
        // Written once, or every page would be the system's one page of zeros, and the cache would answer.
        for (long offset = 0; offset < memory.Length; offset += 4096)
            data[offset] = 0;
        long share = PieceBytes / threads / 128 * 128;
        return Best(
                threads,
                repeats: 3 * Pieces,
                (repeat, thread) => Sum(data + repeat % Pieces * PieceBytes + thread * share, share)
            )
            * share
            * threads
            / 1e9;
    }

    /// <summary>Float operations per second, in GFLOP/s, of fused multiply-adds on registers.</summary>
    public static double PeakFlops(int threads)
    {
        const int Rounds = 200_000;
        double flops = Vector512.IsHardwareAccelerated ? 8.0 * 32 : 8.0 * 16;
        return Best(threads, repeats: 100, (_, _) => Multiply(Rounds)) * Rounds * flops * threads / 1e9;
    }

    /// <summary>Rounds per second of the fastest of many; all threads begin a round together.</summary>
    private static double Best(int threads, int repeats, Action<int, int> work)
    {
        double best = 0;
        using var barrier = new Barrier(threads);
        void Repeat(int thread)
        {
            for (int repeat = 0; repeat < repeats; repeat++)
            {
                barrier.SignalAndWait();
                long start = Stopwatch.GetTimestamp();
                work(repeat, thread);
                barrier.SignalAndWait();
                if (thread == 0)
                    best = Math.Max(best, 1 / Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
        var others = Enumerable.Range(1, threads - 1).Select(i => new Thread(() => Repeat(i))).ToArray();
        foreach (var other in others)
            other.Start();
        Repeat(0);
        foreach (var other in others)
            other.Join();
        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Sum(byte* data, long bytes)
    {
        var a = Vector256<ulong>.Zero;
        var b = a;
        var c = a;
        var d = a;
        for (byte* end = data + bytes; data < end; data += 128)
        {
            a += Vector256.Load((ulong*)data);
            b += Vector256.Load((ulong*)(data + 32));
            c += Vector256.Load((ulong*)(data + 64));
            d += Vector256.Load((ulong*)(data + 96));
        }
        Keep(Vector256.Sum(a + b + c + d));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Multiply(int rounds)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            var (a, b, c, d, e, f, g, h) = (Wide(1), Wide(2), Wide(3), Wide(4), Wide(5), Wide(6), Wide(7), Wide(8));
            var x = Wide(0.999f);
            for (int i = 0; i < rounds; i++)
            {
                a = Vector512.FusedMultiplyAdd(a, x, x);
                b = Vector512.FusedMultiplyAdd(b, x, x);
                c = Vector512.FusedMultiplyAdd(c, x, x);
                d = Vector512.FusedMultiplyAdd(d, x, x);
                e = Vector512.FusedMultiplyAdd(e, x, x);
                f = Vector512.FusedMultiplyAdd(f, x, x);
                g = Vector512.FusedMultiplyAdd(g, x, x);
                h = Vector512.FusedMultiplyAdd(h, x, x);
            }
            Keep((ulong)Vector512.Sum(a + b + c + d + e + f + g + h));
        }
        else
        {
            var (a, b, c, d, e, f, g, h) = (
                Narrow(1),
                Narrow(2),
                Narrow(3),
                Narrow(4),
                Narrow(5),
                Narrow(6),
                Narrow(7),
                Narrow(8)
            );
            var x = Narrow(0.999f);
            for (int i = 0; i < rounds; i++)
            {
                a = Vector256.FusedMultiplyAdd(a, x, x);
                b = Vector256.FusedMultiplyAdd(b, x, x);
                c = Vector256.FusedMultiplyAdd(c, x, x);
                d = Vector256.FusedMultiplyAdd(d, x, x);
                e = Vector256.FusedMultiplyAdd(e, x, x);
                f = Vector256.FusedMultiplyAdd(f, x, x);
                g = Vector256.FusedMultiplyAdd(g, x, x);
                h = Vector256.FusedMultiplyAdd(h, x, x);
            }
            Keep((ulong)Vector256.Sum(a + b + c + d + e + f + g + h));
        }
    }

    private static Vector512<float> Wide(float value) => Vector512.Create(value);

    private static Vector256<float> Narrow(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep(ulong value) => GC.KeepAlive(value);
}
