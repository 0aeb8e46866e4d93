// Owns the block geometry of every element type: how many elements a block holds and how many bytes it takes.
namespace Tern.Tensors;

/// <summary>Sizes and predicates of <see cref="DType"/> values.</summary>
public static class DTypes
{
    /// <summary>Whether the number names a type this build knows.</summary>
    public static bool IsKnown(DType type) => BlockBytes(type, throwIfUnknown: false) != 0;

    /// <summary>Elements in one block; 1 for plain types.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is unknown.</exception>
    public static int ElementsPerBlock(this DType type) =>
        type switch
        {
            DType.F32 or DType.F16 or DType.BF16 or DType.F64 => 1,
            DType.I8 or DType.I16 or DType.I32 or DType.I64 => 1,
            DType.Q4_0 or DType.Q4_1 or DType.Q5_0 or DType.Q5_1 or DType.Q8_0 or DType.IQ4_NL or DType.MXFP4 => 32,
            DType.NVFP4 or DType.Q2_0 => 64,
            DType.Q1_0 => 128,
            _ when IsKnown(type) => 256,
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown element type"),
        };

    /// <summary>Bytes of one block (of one element for plain types).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is unknown.</exception>
    public static int BytesPerBlock(this DType type) => BlockBytes(type, throwIfUnknown: true);

    /// <summary>Bytes of a row of <paramref name="elements"/>, a whole number of blocks.</summary>
    /// <exception cref="ArgumentException">The row is no whole number of blocks.</exception>
    /// <exception cref="OverflowException">The size does not fit 63 bits.</exception>
    public static long RowBytes(this DType type, long elements)
    {
        int perBlock = type.ElementsPerBlock();
        if (elements % perBlock != 0)
            throw new ArgumentException($"a row of {elements} elements is no multiple of {type}'s block of {perBlock}");
        return checked(elements / perBlock * type.BytesPerBlock());
    }

    /// <summary>Whether values are packed in blocks with scales of their own.</summary>
    public static bool IsQuantized(this DType type) => type.ElementsPerBlock() > 1;

    /// <summary>Whether values can be read as real numbers, that is, every type but the integers.</summary>
    public static bool IsReal(this DType type) => type is not (DType.I8 or DType.I16 or DType.I32 or DType.I64);

    private static int BlockBytes(DType type, bool throwIfUnknown) =>
        type switch
        {
            DType.F32 or DType.I32 => 4,
            DType.F16 or DType.BF16 or DType.I16 => 2,
            DType.F64 or DType.I64 => 8,
            DType.I8 => 1,
            DType.Q4_0 or DType.IQ4_NL or DType.Q1_0 or DType.Q2_0 => 18,
            DType.Q4_1 => 20,
            DType.Q5_0 => 22,
            DType.Q5_1 => 24,
            DType.Q8_0 => 34,
            DType.MXFP4 => 17,
            DType.NVFP4 => 36,
            DType.Q2_K => 84,
            DType.Q3_K => 110,
            DType.Q4_K => 144,
            DType.Q5_K => 176,
            DType.Q6_K => 210,
            DType.IQ2_XXS or DType.TQ2_0 => 66,
            DType.IQ2_XS => 74,
            DType.IQ2_S => 82,
            DType.IQ3_XXS => 98,
            DType.IQ3_S => 110,
            DType.IQ1_S => 50,
            DType.IQ1_M => 56,
            DType.IQ4_XS => 136,
            DType.TQ1_0 => 54,
            _ when throwIfUnknown => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown element type"),
            _ => 0,
        };
}
