// Owns the two products of a tile of attention: rows of queries by keys, and weights by values. Every sum has one order:
// a score that of TLanes.Sum over the lanes of its products, a sum of values that of the positions.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu;

internal static unsafe class AttentionTile<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>The products of one query with 16 keys that lie <paramref name="width"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scores(float* query, float* keys, int width, float* scores)
    {
        var a = EveryFourth(query, keys, width);
        var b = EveryFourth(query, keys + width, width);
        var c = EveryFourth(query, keys + 2 * width, width);
        var d = EveryFourth(query, keys + 3 * width, width);
        TLanes.Store(scores, TLanes.SumFours(a, b, c, d));
    }

    /// <summary>sum = sum · factor + Σ weights[p] · values[p], for one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddValues(float* values, int width, float* weights, int count, float factor, float* sum)
    {
        var keep = TLanes.Create(factor);
        int i = 0;
        for (; i + 64 <= width; i += 64)
        {
            var a = TLanes.Load(sum + i) * keep;
            var b = TLanes.Load(sum + i + 16) * keep;
            var c = TLanes.Load(sum + i + 32) * keep;
            var d = TLanes.Load(sum + i + 48) * keep;
            float* value = values + i;
            for (int position = 0; position < count; position++, value += width)
            {
                var weight = TLanes.Create(weights[position]);
                a = TLanes.Fma(weight, TLanes.Load(value), a);
                b = TLanes.Fma(weight, TLanes.Load(value + 16), b);
                c = TLanes.Fma(weight, TLanes.Load(value + 32), c);
                d = TLanes.Fma(weight, TLanes.Load(value + 48), d);
            }
            TLanes.Store(sum + i, a);
            TLanes.Store(sum + i + 16, b);
            TLanes.Store(sum + i + 32, c);
            TLanes.Store(sum + i + 48, d);
        }
        for (; i < width; i += 16)
        {
            var a = TLanes.Load(sum + i) * keep;
            float* value = values + i;
            for (int position = 0; position < count; position++, value += width)
                a = TLanes.Fma(TLanes.Create(weights[position]), TLanes.Load(value), a);
            TLanes.Store(sum + i, a);
        }
    }

    /// <summary>
    /// The same for two rows that see the same positions, which so read every value once: row 1's weights and sum follow
    /// those of row 0 at a distance of a tile and of <paramref name="width"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddValuesToTwo(float* values, int width, float* weights, int count, float* factors, float* sum)
    {
        var keep0 = TLanes.Create(factors[0]);
        var keep1 = TLanes.Create(factors[1]);
        float* weights1 = weights + AttentionJob.Tile;
        float* sum1 = sum + width;
        int i = 0;
        for (; i + 32 <= width; i += 32)
        {
            var a = TLanes.Load(sum + i) * keep0;
            var b = TLanes.Load(sum + i + 16) * keep0;
            var c = TLanes.Load(sum1 + i) * keep1;
            var d = TLanes.Load(sum1 + i + 16) * keep1;
            float* value = values + i;
            for (int position = 0; position < count; position++, value += width)
            {
                var low = TLanes.Load(value);
                var high = TLanes.Load(value + 16);
                var weight = TLanes.Create(weights[position]);
                a = TLanes.Fma(weight, low, a);
                b = TLanes.Fma(weight, high, b);
                weight = TLanes.Create(weights1[position]);
                c = TLanes.Fma(weight, low, c);
                d = TLanes.Fma(weight, high, d);
            }
            TLanes.Store(sum + i, a);
            TLanes.Store(sum + i + 16, b);
            TLanes.Store(sum1 + i, c);
            TLanes.Store(sum1 + i + 16, d);
        }
        for (; i < width; i += 16)
        {
            var a = TLanes.Load(sum + i) * keep0;
            var c = TLanes.Load(sum1 + i) * keep1;
            float* value = values + i;
            for (int position = 0; position < count; position++, value += width)
            {
                var low = TLanes.Load(value);
                a = TLanes.Fma(TLanes.Create(weights[position]), low, a);
                c = TLanes.Fma(TLanes.Create(weights1[position]), low, c);
            }
            TLanes.Store(sum + i, a);
            TLanes.Store(sum1 + i, c);
        }
    }

    /// <summary>The products with keys 0, 4, 8 and 12, each summed down to four lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes EveryFourth(float* query, float* keys, int width)
    {
        var a = TLanes.Zero;
        var b = TLanes.Zero;
        var c = TLanes.Zero;
        var d = TLanes.Zero;
        nint stride = 4 * (nint)width;
        float* end = keys + width;
        for (; keys < end; keys += 16, query += 16)
        {
            var value = TLanes.Load(query);
            a = TLanes.Fma(value, TLanes.Load(keys), a);
            b = TLanes.Fma(value, TLanes.Load(keys + stride), b);
            c = TLanes.Fma(value, TLanes.Load(keys + 2 * stride), c);
            d = TLanes.Fma(value, TLanes.Load(keys + 3 * stride), d);
        }
        return TLanes.SumToFour(a, b, c, d);
    }
}
