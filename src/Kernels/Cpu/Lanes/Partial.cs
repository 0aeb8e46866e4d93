// Owns reading and writing fewer than 16 elements as lanes, the missing ones zero.
namespace Tern.Kernels.Cpu.Lanes;

internal static unsafe class Partial
{
    public static T Load<T>(float* source, int count)
        where T : unmanaged, ILanes<T>
    {
        float* full = stackalloc float[16];
        new Span<float>(full, 16).Clear();
        new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(full, 16));
        return T.Load(full);
    }

    public static T LoadHalf<T>(ushort* source, int count)
        where T : unmanaged, ILanes<T>
    {
        ushort* full = stackalloc ushort[16];
        new Span<ushort>(full, 16).Clear();
        new ReadOnlySpan<ushort>(source, count).CopyTo(new Span<ushort>(full, 16));
        return T.FromHalf(full);
    }

    public static T LoadBFloat16<T>(ushort* source, int count)
        where T : unmanaged, ILanes<T>
    {
        ushort* full = stackalloc ushort[16];
        new Span<ushort>(full, 16).Clear();
        new ReadOnlySpan<ushort>(source, count).CopyTo(new Span<ushort>(full, 16));
        return T.FromBFloat16(full);
    }

    public static void Store<T>(float* destination, T value, int count)
        where T : unmanaged, ILanes<T>
    {
        float* full = stackalloc float[16];
        T.Store(full, value);
        new ReadOnlySpan<float>(full, count).CopyTo(new Span<float>(destination, count));
    }
}
