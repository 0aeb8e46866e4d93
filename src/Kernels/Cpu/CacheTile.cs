// Owns the copy of a tile of keys or values out of the paged cache, as floats padded with zeros to whole vectors.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Tensors;

namespace Tern.Kernels.Cpu;

internal static unsafe class CacheTile<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Loads positions <paramref name="from"/> to <paramref name="to"/> of the tile that begins at
    /// <paramref name="tile"/>; reads no other position, for others may hold anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load(
        in AttentionJob job,
        in KvView view,
        in AttentionSequence sequence,
        int kvHead,
        int from,
        int to,
        int tile,
        float* destination
    )
    {
        int width = (view.HeadDim + 15) & ~15;
        int elementBytes = view.Type == DType.F32 ? sizeof(float) : sizeof(ushort);
        long headOffset = (long)kvHead * view.HeadDim * elementBytes;
        int* table = job.BlockTables + sequence.BlockTableStart;
        for (int position = from; position < to; position++)
        {
            byte* vector =
                (byte*)view.Data
                + table[position / view.BlockSize] * view.BlockStride
                + position % view.BlockSize * view.TokenStride
                + headOffset;
            float* target = destination + (position - tile) * width;
            if (view.Type == DType.F32)
                Copy((float*)vector, target, view.HeadDim);
            else
                Widen((ushort*)vector, target, view.HeadDim);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* source, float* destination, int count)
    {
        int i = 0;
        for (; i + 16 <= count; i += 16)
            TLanes.Store(destination + i, TLanes.Load(source + i));
        if (i < count)
            TLanes.Store(destination + i, Partial.Load<TLanes>(source + i, count - i));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Widen(ushort* source, float* destination, int count)
    {
        int i = 0;
        for (; i + 16 <= count; i += 16)
            TLanes.Store(destination + i, TLanes.FromHalf(source + i));
        if (i < count)
            TLanes.Store(destination + i, Partial.LoadHalf<TLanes>(source + i, count - i));
    }
}
