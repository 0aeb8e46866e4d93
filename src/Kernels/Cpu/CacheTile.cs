// Owns the copy of a tile of keys or values out of the paged cache, as floats padded with zeros to whole vectors. The
// values are bitwise those of Tern.Tensors.Quantization.Dequantizer.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tern.Kernels.Cpu.Jit;
using Tern.Kernels.Cpu.Lanes;
using Tern.Tensors;

namespace Tern.Kernels.Cpu;

internal static unsafe class CacheTile<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    // How far memory is asked for: to be in the second-level cache when the tile is loaded, and to be there still.
    private const int TilesAhead = 2;

    /// <summary>
    /// Loads positions <paramref name="from"/> to <paramref name="to"/> of the tile that begins at <paramref name="tile"/>;
    /// reads no other position, for others may hold anything. Asks for the memory of those that come two tiles later, if they
    /// are before <paramref name="last"/>: the next block may lie anywhere.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Load(
        in AttentionItem item,
        in KvView view,
        int from,
        int to,
        int tile,
        float* destination,
        int last
    )
    {
        int width = (view.HeadDim + 15) & ~15;
        float* target = destination + (from - tile) * width;
        // Within a block a head's positions follow each other, so generated code takes them at once.
        bool areOneSlab =
            item.Job.Halves.Expand is not null
            && view.Type == DType.F16
            && width == view.HeadDim
            && view.TokenStride == width * sizeof(ushort);
        for (int position = from; position < to; )
        {
            byte* vector = At(item, view, position, to, out int end);
            int later = position + TilesAhead * AttentionJob.Tile;
            long ahead = later < last ? At(item, view, later, last, out _) - vector : 0;
            if (areOneSlab)
            {
                int count = (end - position) * width;
                var slab = new HalfExpandJob
                {
                    Halves = vector,
                    Floats = target,
                    Depth = count / 16,
                    Ahead = ahead,
                };
                item.Job.Halves.Expand(&slab);
                target += count;
                position = end;
                continue;
            }
            for (; position < end; position++, vector += view.TokenStride, target += width)
            {
                Cpu.Prefetch.FarLines(vector + ahead, (int)view.TokenStride);
                Expand(view.Type, vector, target, view.HeadDim);
            }
        }
    }

    /// <summary>Asks for the memory of positions that will be loaded soon.</summary>
    public static void Prefetch(in AttentionItem item, in KvView view, int from, int to)
    {
        for (int position = from; position < to; )
        {
            byte* vector = At(item, view, position, to, out int end);
            int bytes = (int)((end - position) * view.TokenStride);
            Cpu.Prefetch.Lines((byte*)((long)vector & -64), bytes + (int)((long)vector & 63));
            position = end;
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

    /// <summary>Where a position's vector lies, and where the positions end that follow it at the token's stride.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* At(in AttentionItem item, in KvView view, int position, int to, out int end)
    {
        int* table = item.Job.BlockTables + item.Sequence.BlockTableStart;
        int block = position / view.BlockSize;
        int offset = position - block * view.BlockSize;
        end = (int)Math.Min(to, position - offset + (long)view.BlockSize);
        return (byte*)view.Data
            + table[block] * view.BlockStride
            + item.KvHead * view.HeadStride
            + offset * view.TokenStride;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Expand(DType type, byte* vector, float* destination, int count)
    {
        switch (type)
        {
            case DType.F32:
                Copy((float*)vector, destination, count);
                break;
            case DType.F16:
                FromHalf((ushort*)vector, destination, count);
                break;
            case DType.BF16:
                FromBFloat16((ushort*)vector, destination, count);
                break;
            default:
                FromQ8_0(vector, destination, count);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FromHalf(ushort* source, float* destination, int count)
    {
        int i = 0;
        for (; i + 16 <= count; i += 16)
            TLanes.Store(destination + i, TLanes.FromHalf(source + i));
        if (i < count)
            TLanes.Store(destination + i, Partial.LoadHalf<TLanes>(source + i, count - i));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FromBFloat16(ushort* source, float* destination, int count)
    {
        int i = 0;
        for (; i + 16 <= count; i += 16)
            TLanes.Store(destination + i, TLanes.FromBFloat16(source + i));
        if (i < count)
            TLanes.Store(destination + i, Partial.LoadBFloat16<TLanes>(source + i, count - i));
    }

    /// <summary>Blocks of a scale (half), then 32 signed bytes; vectors are whole blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FromQ8_0(byte* source, float* destination, int count)
    {
        for (int i = 0; i < count; i += 32, source += 34)
        {
            var scale = TLanes.Create(HalfBits.ToSingle(*(ushort*)source));
            TLanes.Store(destination + i, TLanes.FromCodes(Vector128.Load((sbyte*)source + 2)) * scale);
            TLanes.Store(destination + i + 16, TLanes.FromCodes(Vector128.Load((sbyte*)source + 18)) * scale);
        }
    }
}
