// Owns the rearranging of weights between the published layout and GGUF's: copies made when first used.
using System.Runtime.InteropServices;
using Tern.Tensors;
using Tern.Tensors.Memory;
using Tern.Tensors.Quantization;

namespace Tern.Formats.HuggingFace;

/// <summary>Each makes a tensor whose memory is filled on first access.</summary>
internal static class WeightTransforms
{
    private const int MxFp4Bytes = 16;

    /// <summary>The same values as F32, <paramref name="plus"/> added.</summary>
    public static Tensor ToF32(string name, Tensor source, float plus = 0) =>
        Defer(
            name,
            DType.F32,
            source.Shape.ToArray(),
            target =>
            {
                for (long row = 0; row < source.Rows; row++)
                {
                    var values = MemoryMarshal.Cast<byte, float>(target.Row(row));
                    Dequantizer.Row(source.Type, source.Row(row), values);
                    if (plus == 0)
                        continue;
                    foreach (ref float value in values)
                        value += plus;
                }
            }
        );

    /// <summary>
    /// Rows of each head from halves to pairs: row i of the first half becomes row 2i, of the second row 2i + 1. For a
    /// vector its elements are the rows.
    /// </summary>
    public static Tensor PairHalves(string name, Tensor source, int heads) =>
        MoveRows(name, source, heads, static (row, half) => row < half ? 2 * row : 2 * (row - half) + 1);

    /// <summary>The inverse of <see cref="PairHalves"/>: rows of each head from pairs to halves.</summary>
    public static Tensor SplitPairs(string name, Tensor source, int heads) =>
        MoveRows(name, source, heads, static (row, half) => row / 2 + row % 2 * half);

    /// <summary>One tensor [parts, …] of equal parts.</summary>
    public static Tensor Stack(string name, IReadOnlyList<Tensor> parts) =>
        Defer(
            name,
            parts[0].Type,
            [parts.Count, .. parts[0].Shape],
            target =>
            {
                for (int i = 0; i < parts.Count; i++)
                    CopyRows(parts[i], 0, target, i * parts[i].Rows, parts[i].Rows);
            }
        );

    /// <summary>[a, b] as [b, a].</summary>
    public static Tensor Transpose(string name, Tensor source) =>
        Defer(name, source.Type, [source.Columns, source.Rows], target => Transpose(source, target));

    /// <summary>The share of each head in a matrix of stacked heads: [heads, rows, columns].</summary>
    public static Tensor HeadRows(string name, Tensor source, int heads, long start, long rows) =>
        Defer(
            name,
            source.Type,
            [heads, rows, source.Columns],
            target =>
            {
                for (int head = 0; head < heads; head++)
                    CopyRows(source, head * (source.Rows / heads) + start, target, head * rows, rows);
            }
        );

    /// <summary>As <see cref="HeadRows"/>, each head transposed: [heads, columns, rows].</summary>
    public static Tensor HeadRowsTransposed(string name, Tensor source, int heads, long start, long rows) =>
        Defer(
            name,
            source.Type,
            [heads, source.Columns, rows],
            target =>
            {
                for (int head = 0; head < heads; head++)
                {
                    long first = head * (source.Rows / heads) + start;
                    Transpose(source.RowRange(name, first, rows), target.Slice(head));
                }
            }
        );

    /// <summary>Every second element of each row, beginning with <paramref name="start"/>, as F32.</summary>
    public static Tensor EverySecondColumn(string name, Tensor source, int start) =>
        Defer(
            name,
            DType.F32,
            [.. source.Shape[..^1], source.Columns / 2],
            target =>
            {
                var values = new float[source.Columns];
                for (long row = 0; row < source.Rows; row++)
                {
                    Dequantizer.Row(source.Type, source.Row(row), values);
                    var picked = MemoryMarshal.Cast<byte, float>(target.Row(row));
                    for (int i = 0; i < picked.Length; i++)
                        picked[i] = values[2 * i + start];
                }
            }
        );

    /// <summary>
    /// MXFP4 of OpenAI's checkpoints (bytes [experts, rows, blocks, 16], two neighbours a byte; scales
    /// [experts, rows, blocks]) as GGUF blocks (scale, then 16 bytes of element i and i + 16), of every
    /// <paramref name="step"/>-th row from <paramref name="start"/>.
    /// </summary>
    public static Tensor MxFp4(string name, Tensor blocks, Tensor scales, int start, int step)
    {
        long experts = blocks.Shape[0];
        long rows = blocks.Shape[1] / step;
        long perRow = blocks.Shape[2];
        return Defer(
            name,
            DType.MXFP4,
            [experts, rows, perRow * 32],
            target =>
            {
                for (long row = 0; row < experts * rows; row++)
                {
                    long from = row * step + start;
                    var output = target.Row(row);
                    var scale = scales.Row(from);
                    for (int block = 0; block < perRow; block++)
                    {
                        output[0] = scale[block];
                        Interleave(blocks.Row(from * perRow + block), output[1..(1 + MxFp4Bytes)]);
                        output = output[(1 + MxFp4Bytes)..];
                    }
                }
            }
        );
    }

    private static void Interleave(ReadOnlySpan<byte> neighbours, Span<byte> halves)
    {
        for (int i = 0; i < MxFp4Bytes; i++)
        {
            int low = neighbours[i / 2] >> (4 * (i % 2)) & 0xF;
            int high = neighbours[(i + MxFp4Bytes) / 2] >> (4 * (i % 2)) & 0xF;
            halves[i] = (byte)(low | high << 4);
        }
    }

    private static void Transpose(Tensor source, Tensor target)
    {
        int size = source.Type.BytesPerBlock();
        for (long row = 0; row < source.Rows; row++)
        {
            var values = source.Row(row);
            for (long column = 0; column < source.Columns; column++)
                values.Slice((int)column * size, size).CopyTo(target.Row(column)[((int)row * size)..]);
        }
    }

    private static Tensor AsColumn(Tensor vector) => vector.Reshape(vector.Name, vector.Columns, 1);

    private static void CopyRows(Tensor source, long first, Tensor target, long to, long count)
    {
        for (long i = 0; i < count; i++)
            source.Row(first + i).CopyTo(target.Row(to + i));
    }

    /// <summary>Each head's rows at the places that a function gives for row and half a head.</summary>
    private static Tensor MoveRows(string name, Tensor source, int heads, Func<long, long, long> place) =>
        Defer(
            name,
            source.Type,
            source.Shape.ToArray(),
            target =>
            {
                var (from, to) = source.Shape.Length == 1 ? (AsColumn(source), AsColumn(target)) : (source, target);
                long size = from.Rows / heads;
                for (long row = 0; row < from.Rows; row++)
                    from.Row(row).CopyTo(to.Row(row / size * size + place(row % size, size / 2)));
            }
        );

    private static Tensor Defer(string name, DType type, long[] shape, Action<Tensor> fill)
    {
        long rows = 1;
        foreach (long dimension in shape.AsSpan(..^1))
            rows = checked(rows * dimension);
        long bytes = checked(rows * type.RowBytes(shape[^1]));
        var memory = new DeferredMemory(
            bytes,
            () =>
            {
                var made = new AlignedMemory(bytes);
                fill(new Tensor(name, type, shape, made));
                return made;
            }
        );
        return new Tensor(name, type, shape, memory);
    }
}
