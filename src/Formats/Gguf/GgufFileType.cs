// Owns the numbers by which general.file_type names the mixture of element types of a whole file.
namespace Tern.Formats.Gguf;

/// <summary>What most tensors of a file are (llama.cpp, <c>enum llama_ftype</c>, whose numbers these are).</summary>
public enum GgufFileType
{
    /// <summary>Everything 32-bit float.</summary>
    F32 = 0,

    /// <summary>Matrices in 16-bit float.</summary>
    F16 = 1,

    /// <summary>Matrices in <see cref="Tensors.DType.Q4_0"/>.</summary>
    Q4_0 = 2,

    /// <summary>Matrices in <see cref="Tensors.DType.Q4_1"/>.</summary>
    Q4_1 = 3,

    /// <summary>Matrices in <see cref="Tensors.DType.Q8_0"/>.</summary>
    Q8_0 = 7,

    /// <summary>Matrices in <see cref="Tensors.DType.Q5_0"/>.</summary>
    Q5_0 = 8,

    /// <summary>Matrices in <see cref="Tensors.DType.Q5_1"/>.</summary>
    Q5_1 = 9,

    /// <summary>Mostly <see cref="Tensors.DType.Q2_K"/>.</summary>
    Q2_K = 10,

    /// <summary>Mostly <see cref="Tensors.DType.Q3_K"/>, small.</summary>
    Q3_K_S = 11,

    /// <summary>Mostly <see cref="Tensors.DType.Q3_K"/>, medium.</summary>
    Q3_K_M = 12,

    /// <summary>Mostly <see cref="Tensors.DType.Q3_K"/>, large.</summary>
    Q3_K_L = 13,

    /// <summary>Mostly <see cref="Tensors.DType.Q4_K"/>, small.</summary>
    Q4_K_S = 14,

    /// <summary>Mostly <see cref="Tensors.DType.Q4_K"/>, medium.</summary>
    Q4_K_M = 15,

    /// <summary>Mostly <see cref="Tensors.DType.Q5_K"/>, small.</summary>
    Q5_K_S = 16,

    /// <summary>Mostly <see cref="Tensors.DType.Q5_K"/>, medium.</summary>
    Q5_K_M = 17,

    /// <summary>Matrices in <see cref="Tensors.DType.Q6_K"/>.</summary>
    Q6_K = 18,

    /// <summary>Matrices in bfloat16.</summary>
    BF16 = 32,
}
