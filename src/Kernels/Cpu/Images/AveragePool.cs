// Owns pooling by the mean, whose gradient goes to all alike.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Images;

internal readonly struct AveragePool : IPool
{
    public static bool LooksBack => false;

    public static float Nothing => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add<T>(T sum, T value)
        where T : unmanaged, ILanes<T> => sum + value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Finish<T>(T sum, T count)
        where T : unmanaged, ILanes<T> => sum / count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Share<T>(T value, T result, T count, ref T left)
        where T : unmanaged, ILanes<T> => left / count;
}
