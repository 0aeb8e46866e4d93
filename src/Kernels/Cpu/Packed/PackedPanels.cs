// Owns what others may know of packed weights who keep their bytes: how many there are, and under which version they hold.
using Tern.Kernels.Cpu.Float;
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Packed;

/// <summary>
/// The layout of <see cref="Weight.Packed"/>. It is the same for every vector width, every generated kernel and every number
/// of threads.
/// </summary>
public static class PackedPanels
{
    /// <summary>Goes up whenever any matrix comes out of packing with other bytes than before.</summary>
    public const int Version = 1;

    /// <summary>Where the bytes of a matrix begin: at a multiple of this, for the widest vectors.</summary>
    public const int Alignment = 64;

    /// <summary>Bytes that such a matrix has when packed, a multiple of <see cref="Alignment"/>; 0 where none are to be kept.</summary>
    /// <exception cref="OverflowException">The matrix has more than <see cref="int.MaxValue"/> rows or columns.</exception>
    public static long BytesOf(Tensor matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (IsQuantized(matrix.Type))
            return LayoutOf(matrix).Bytes;
        return FloatWeight.IsPacked(matrix.Type) ? FloatWeight.KeptBytes(matrix) : 0;
    }

    /// <summary>The bytes that are kept for a matrix, or null where there are none.</summary>
    /// <exception cref="ArgumentException">They are no such bytes.</exception>
    internal static unsafe Tensor? Find(Func<Tensor, Tensor?>? kept, Tensor matrix)
    {
        if (kept is null || BytesOf(matrix) is not (> 0 and var bytes) || kept(matrix) is not { } found)
            return null;
        if (found.ByteLength != bytes || (nint)found.Data % Alignment != 0)
            throw new ArgumentException(
                $"{found.ByteLength} bytes at {(nint)found.Data:x} are not the {bytes} aligned ones that {matrix} has when packed"
            );
        return found;
    }

    internal static bool IsQuantized(DType type) =>
        type is DType.Q4_0 or DType.Q8_0 or DType.Q4_K or DType.Q5_K or DType.Q6_K;

    internal static PackedLayout LayoutOf(Tensor matrix)
    {
        int outputs = checked((int)matrix.Rows);
        int width = checked((int)matrix.Columns);
        return matrix.Type switch
        {
            DType.Q4_0 => PackedLayout.Of<Q4_0Packed>(outputs, width),
            DType.Q8_0 => PackedLayout.Of<Q8_0Packed>(outputs, width),
            DType.Q4_K => PackedLayout.Of<Q4_KPacked>(outputs, width),
            DType.Q5_K => PackedLayout.Of<Q5_KPacked>(outputs, width),
            DType.Q6_K => PackedLayout.Of<Q6_KPacked>(outputs, width),
            _ => throw new ArgumentException($"{matrix} has a type without a packed format", nameof(matrix)),
        };
    }
}
