// Owns the transposition of four rows, in operations that every machine has.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Tern.Kernels.Cpu.Float;

internal static unsafe class Transposition
{
    /// <summary>Rows at a time.</summary>
    public const int Size = 4;

    /// <summary>target[k · targetStride + i] = source[i · stride + k] for four rows i and <paramref name="count"/> columns k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(float* source, nint stride, int count, float* target, nint targetStride)
    {
        int k = 0;
        for (; k + Size <= count; k += Size)
        {
            var a = Vector128.Load(source + k);
            var b = Vector128.Load(source + stride + k);
            var c = Vector128.Load(source + 2 * stride + k);
            var d = Vector128.Load(source + 3 * stride + k);
            var ac = Low(a, c);
            var bd = Low(b, d);
            Low(ac, bd).Store(target);
            High(ac, bd).Store(target + targetStride);
            ac = High(a, c);
            bd = High(b, d);
            Low(ac, bd).Store(target + 2 * targetStride);
            High(ac, bd).Store(target + 3 * targetStride);
            target += Size * targetStride;
        }
        for (; k < count; k++, target += targetStride)
        for (int i = 0; i < Size; i++)
            target[i] = source[i * stride + k];
    }

    /// <summary>x0 y0 x1 y1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? Sse.UnpackLow(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(x, y)
        : Vector128.Create(x[0], y[0], x[1], y[1]);

    /// <summary>x2 y2 x3 y3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? Sse.UnpackHigh(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(x, y)
        : Vector128.Create(x[2], y[2], x[3], y[3]);
}
