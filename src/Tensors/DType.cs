// Owns the list of element types a tensor can have and their ggml numbers.
namespace Tern.Tensors;

/// <summary>
/// The element type of a tensor. The numbers are those of the GGUF format (ggml/include/ggml.h, <c>enum ggml_type</c>),
/// so a number read from a file is cast after <see cref="DTypes.IsKnown"/> said yes.
/// </summary>
public enum DType
{
    /// <summary>32-bit IEEE float.</summary>
    F32 = 0,

    /// <summary>16-bit IEEE float.</summary>
    F16 = 1,

    /// <summary>4-bit blocks of 32 with one F16 scale.</summary>
    Q4_0 = 2,

    /// <summary>4-bit blocks of 32 with F16 scale and minimum.</summary>
    Q4_1 = 3,

    /// <summary>5-bit blocks of 32 with one F16 scale.</summary>
    Q5_0 = 6,

    /// <summary>5-bit blocks of 32 with F16 scale and minimum.</summary>
    Q5_1 = 7,

    /// <summary>8-bit blocks of 32 with one F16 scale.</summary>
    Q8_0 = 8,

    /// <summary>2-bit super-blocks of 256.</summary>
    Q2_K = 10,

    /// <summary>3-bit super-blocks of 256.</summary>
    Q3_K = 11,

    /// <summary>4-bit super-blocks of 256.</summary>
    Q4_K = 12,

    /// <summary>5-bit super-blocks of 256.</summary>
    Q5_K = 13,

    /// <summary>6-bit super-blocks of 256.</summary>
    Q6_K = 14,

    /// <summary>2.06 bits per weight, codebook.</summary>
    IQ2_XXS = 16,

    /// <summary>2.31 bits per weight, codebook.</summary>
    IQ2_XS = 17,

    /// <summary>3.06 bits per weight, codebook.</summary>
    IQ3_XXS = 18,

    /// <summary>1.56 bits per weight, codebook.</summary>
    IQ1_S = 19,

    /// <summary>4-bit non-linear blocks of 32.</summary>
    IQ4_NL = 20,

    /// <summary>3.44 bits per weight, codebook.</summary>
    IQ3_S = 21,

    /// <summary>2.5 bits per weight, codebook.</summary>
    IQ2_S = 22,

    /// <summary>4-bit non-linear super-blocks of 256.</summary>
    IQ4_XS = 23,

    /// <summary>Signed 8-bit integer.</summary>
    I8 = 24,

    /// <summary>Signed 16-bit integer.</summary>
    I16 = 25,

    /// <summary>Signed 32-bit integer.</summary>
    I32 = 26,

    /// <summary>Signed 64-bit integer.</summary>
    I64 = 27,

    /// <summary>64-bit IEEE float.</summary>
    F64 = 28,

    /// <summary>1.75 bits per weight, codebook.</summary>
    IQ1_M = 29,

    /// <summary>bfloat16: the upper half of an F32.</summary>
    BF16 = 30,

    /// <summary>Ternary, 1.69 bits per weight.</summary>
    TQ1_0 = 34,

    /// <summary>Ternary, 2.06 bits per weight.</summary>
    TQ2_0 = 35,

    /// <summary>OCP microscaling 4-bit float: blocks of 32 with one E8M0 scale.</summary>
    MXFP4 = 39,

    /// <summary>NVIDIA 4-bit float: blocks of 64 with four E4M3 scales.</summary>
    NVFP4 = 40,

    /// <summary>1-bit blocks of 128.</summary>
    Q1_0 = 41,

    /// <summary>2-bit blocks of 64.</summary>
    Q2_0 = 42,
}
