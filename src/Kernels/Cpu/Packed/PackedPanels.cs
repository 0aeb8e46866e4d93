// Owns what others may know of packed weights who keep their bytes: how many there are, and under which version they hold.
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

    /// <summary>Where the bytes of a matrix must begin: at a multiple of this, for the widest vectors.</summary>
    public const int Alignment = 64;

    /// <summary>Bytes that such a matrix has when packed; 0 where its type has no packed format.</summary>
    /// <exception cref="OverflowException">The matrix has more than <see cref="int.MaxValue"/> rows or columns.</exception>
    public static long BytesOf(Tensor matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return LayoutOf(matrix)?.Bytes ?? 0;
    }

    internal static PackedLayout? LayoutOf(Tensor matrix)
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
            _ => null,
        };
    }
}
