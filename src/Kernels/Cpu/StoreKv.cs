// Owns the store of keys and values into the paged cache. The bytes are those of Tern.Tensors.Quantization.Quantizer.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tern.Kernels.Cpu.Lanes;
using Tern.Kernels.Threading;
using Tern.Tensors;

namespace Tern.Kernels.Cpu;

internal static unsafe class StoreKv
{
    private const int Infinity = 255 << 23;

    public static void Run(CpuContext context, float* rows, in KvView cache, int* slots, int count)
    {
        int width = cache.Heads * cache.HeadDim;
        int rowsPerTask = Math.Max(1, Elementwise.TaskElements / Math.Max(1, width));
        var body = new Body(rows, cache, slots, count, width, rowsPerTask);
        context.Pool.Run((count + rowsPerTask - 1) / rowsPerTask, ref body);
    }

    private readonly struct Body(float* rows, KvView cache, int* slots, int count, int width, int rowsPerTask)
        : IParallelBody
    {
        public void Invoke(int task, int worker)
        {
            int end = Math.Min(count, (task + 1) * rowsPerTask);
            for (int row = task * rowsPerTask; row < end; row++)
            {
                float* source = rows + (long)row * width;
                byte* vector = cache.Vector(slots[row], head: 0);
                for (int head = 0; head < cache.Heads; head++)
                {
                    Store(cache.Type, source, vector, cache.HeadDim);
                    source += cache.HeadDim;
                    vector += cache.HeadStride;
                }
            }
        }
    }

    private static void Store(DType type, float* source, byte* vector, int count)
    {
        switch (type)
        {
            case DType.F32:
                Unsafe.CopyBlockUnaligned(vector, source, (uint)count * sizeof(float));
                break;
            case DType.F16:
                ToHalf(source, (ushort*)vector, count);
                break;
            case DType.BF16:
                ToBFloat16(source, (ushort*)vector, count);
                break;
            default:
                ToQ8_0(source, vector, count);
                break;
        }
    }

    private static void ToHalf(float* source, ushort* destination, int count)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            var low = HalfBits.FromSingle(Vector128.Load(source + i)).AsUInt32();
            var high = HalfBits.FromSingle(Vector128.Load(source + i + 4)).AsUInt32();
            Vector128.Narrow(low, high).Store(destination + i);
        }
        for (; i < count; i++)
            destination[i] = (ushort)HalfBits.FromSingle(Vector128.CreateScalar(source[i])).ToScalar();
    }

    private static void ToBFloat16(float* source, ushort* destination, int count)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            var low = ToBFloat16(Vector128.Load(source + i));
            var high = ToBFloat16(Vector128.Load(source + i + 4));
            Vector128.Narrow(low, high).Store(destination + i);
        }
        for (; i < count; i++)
            destination[i] = (ushort)ToBFloat16(Vector128.CreateScalar(source[i])).ToScalar();
    }

    /// <summary>Rounds to the nearest, ties to even; a NaN keeps its upper bits and becomes quiet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> ToBFloat16(Vector128<float> values)
    {
        var bits = values.AsUInt32();
        var magnitude = bits.AsInt32() & Vector128.Create(int.MaxValue);
        var isNaN = Vector128.GreaterThan(magnitude, Vector128.Create(Infinity)).AsUInt32();
        var upper = bits >>> 16;
        var rounded = (bits + Vector128.Create(0x7fffu) + (upper & Vector128<uint>.One)) >>> 16;
        return Vector128.ConditionalSelect(isNaN, upper | Vector128.Create(0x40u), rounded);
    }

    private static void ToQ8_0(float* source, byte* destination, int count)
    {
        const int Elements = 32;
        int bytes = DType.Q8_0.BytesPerBlock();
        for (int i = 0; i < count; i += Elements, destination += bytes)
            ToBlock(source + i, (ushort*)destination, (sbyte*)destination + sizeof(ushort));
    }

    /// <summary>
    /// A scale that makes the largest magnitude 127, and 32 codes rounded half away from zero. A block with an element
    /// that is no finite number gets NaN as its scale, so that the fault shows in every result.
    /// </summary>
    private static void ToBlock(float* x, ushort* scale, sbyte* codes)
    {
        // As integers the magnitudes order as numbers do, with infinity and then NaN on top.
        var largest = Vector128<int>.Zero;
        for (int i = 0; i < 32; i += 4)
            largest = Vector128.Max(largest, Vector128.Load((int*)x + i) & Vector128.Create(int.MaxValue));
        largest = Vector128.Max(largest, Vector128.Shuffle(largest, Vector128.Create(2, 3, 0, 1)));
        int peak = Math.Max(largest[0], largest[1]);
        if (peak >= Infinity)
        {
            *scale = BitConverter.HalfToUInt16Bits(Half.NaN);
            new Span<sbyte>(codes, 32).Clear();
            return;
        }
        float step = BitConverter.Int32BitsToSingle(peak) / 127;
        float inverse = 1 / step;
        var factor = Vector128.Create(float.IsFinite(inverse) ? inverse : 0);
        *scale = (ushort)HalfBits.FromSingle(Vector128.CreateScalar(step)).ToScalar();
        for (int i = 0; i < 32; i += 16)
        {
            var low = Vector128.Narrow(Round(x + i, factor), Round(x + i + 4, factor));
            var high = Vector128.Narrow(Round(x + i + 8, factor), Round(x + i + 12, factor));
            Vector128.Narrow(low, high).Store(codes + i);
        }
    }

    /// <summary>x · factor, rounded half away from zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Round(float* x, Vector128<float> factor)
    {
        var value = Vector128.Load(x) * factor;
        var whole = Vector128.ConvertToInt32Native(value); // cuts the fraction off
        var rest = Vector128.Abs(value - Vector128.ConvertToSingle(whole));
        var one = (value.AsInt32() >> 31) | Vector128<int>.One;
        return whole + (Vector128.GreaterThanOrEqual(rest, Vector128.Create(0.5f)).AsInt32() & one);
    }
}
