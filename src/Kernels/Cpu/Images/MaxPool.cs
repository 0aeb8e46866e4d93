// Owns pooling by the largest value, whose gradient goes to the first of the largest.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Images;

internal readonly struct MaxPool : IPool
{
    public static bool LooksBack => true;

    public static float Nothing => float.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add<T>(T sum, T value)
        where T : unmanaged, ILanes<T> => T.Max(sum, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Finish<T>(T sum, T count)
        where T : unmanaged, ILanes<T> => sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Share<T>(T value, T result, T count, ref T left)
        where T : unmanaged, ILanes<T>
    {
        var share = T.WhereLess(value, result, T.Zero, left);
        left = T.WhereLess(value, result, left, T.Zero);
        return share;
    }
}
