// Owns the tensor: an element type, a shape and a place in native memory. Rows are contiguous and whole blocks.
using System.Runtime.InteropServices;
using Tern.Tensors.Memory;

namespace Tern.Tensors;

/// <summary>
/// A dense row-major tensor. The shape is given outermost first (the reverse of ggml's <c>ne</c>): a linear layer's
/// weight is <c>[out, in]</c>, stacked experts are <c>[experts, out, in]</c>. The last dimension is a row.
/// </summary>
public sealed unsafe class Tensor
{
    private readonly long[] _shape;
    private readonly MemoryBlock _memory;
    private readonly long _offset;

    /// <summary>Views <paramref name="memory"/> from <paramref name="offset"/> on as a tensor.</summary>
    /// <exception cref="ArgumentException">A dimension is negative, a row is no whole number of blocks, or the tensor
    /// leaves the memory.</exception>
    public Tensor(string name, DType type, ReadOnlySpan<long> shape, MemoryBlock memory, long offset = 0)
    {
        ArgumentNullException.ThrowIfNull(memory);
        Name = name;
        Type = type;
        _shape = shape.ToArray();
        long rows = 1;
        foreach (long dimension in shape)
        {
            if (dimension < 0)
                throw new ArgumentException($"tensor '{name}' has a negative dimension {dimension}", nameof(shape));
        }
        for (int i = 0; i + 1 < shape.Length; i++)
            rows = checked(rows * shape[i]);
        Rows = rows;
        Columns = shape.Length == 0 ? 1 : shape[^1];
        RowBytes = type.RowBytes(Columns);
        ByteLength = checked(rows * RowBytes);
        if (offset < 0 || offset > memory.Length - ByteLength)
            throw new ArgumentException($"tensor '{name}' of {ByteLength} bytes at {offset} leaves its memory");
        _memory = memory;
        _offset = offset;
    }

    /// <summary>The name in the model file, or a name for messages.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public DType Type { get; }

    /// <summary>Dimensions, outermost first.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>The product of all dimensions but the last.</summary>
    public long Rows { get; }

    /// <summary>The last dimension: elements in a row.</summary>
    public long Columns { get; }

    /// <summary>Elements in all.</summary>
    public long Elements => Rows * Columns;

    /// <summary>Bytes of one row.</summary>
    public long RowBytes { get; }

    /// <summary>Bytes in all.</summary>
    public long ByteLength { get; }

    /// <summary>First byte. Valid while the tensor is referenced and its memory not disposed.</summary>
    public byte* Data => _memory.Pointer + _offset;

    /// <summary>Allocates a zeroed tensor.</summary>
    public static Tensor Allocate(string name, DType type, params ReadOnlySpan<long> shape)
    {
        long rows = 1;
        for (int i = 0; i + 1 < shape.Length; i++)
            rows = checked(rows * shape[i]);
        long bytes = checked(rows * type.RowBytes(shape.Length == 0 ? 1 : shape[^1]));
        return new Tensor(name, type, shape, new AlignedMemory(bytes));
    }

    /// <summary>A copy of <paramref name="values"/> as an F32 tensor.</summary>
    public static Tensor FromValues(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        var tensor = Allocate(name, DType.F32, shape);
        values.CopyTo(tensor.Span<float>());
        return tensor;
    }

    /// <summary>The bytes of row <paramref name="row"/>.</summary>
    public Span<byte> Row(long row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        return new Span<byte>(Data + row * RowBytes, checked((int)RowBytes));
    }

    /// <summary>All elements of a plain type; only for tensors below 2 GiB.</summary>
    public Span<T> Span<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(new Span<byte>(Data, checked((int)ByteLength)));

    /// <summary>The <paramref name="index"/>-th slice along the outermost dimension, for instance one expert.</summary>
    public Tensor Slice(long index)
    {
        if (_shape.Length < 2 || index < 0 || index >= _shape[0])
            throw new ArgumentOutOfRangeException(nameof(index), index, $"no such slice of tensor '{Name}'");
        return new Tensor(Name, Type, _shape.AsSpan(1), _memory, _offset + index * (ByteLength / _shape[0]));
    }

    /// <summary>The same bytes under another shape of as many elements.</summary>
    public Tensor Reshape(string name, params ReadOnlySpan<long> shape) => new(name, Type, shape, _memory, _offset);

    /// <summary>Rows <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> as a matrix.</summary>
    public Tensor RowRange(string name, long start, long count)
    {
        if (start < 0 || count < 0 || start > Rows - count)
            throw new ArgumentOutOfRangeException(nameof(start), $"rows {start}+{count} leave '{Name}' of {Rows} rows");
        return new Tensor(name, Type, [count, Columns], _memory, _offset + start * RowBytes);
    }

    /// <summary>Gives back the memory of some rows where it can be had again by itself; nobody may be using them.</summary>
    public void ReleaseRows(long start, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Rows - start);
        _memory.Release(_offset + start * RowBytes, count * RowBytes);
    }

    /// <summary>Gives back memory that can be made again; nobody may be using the content.</summary>
    public void Release() => _memory.Release(_offset, ByteLength);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Type} [{string.Join(", ", _shape)}]";
}
