// Owns a piece of one quantized row: up to eight blocks of 32 inputs.
namespace Tern.Kernels.Cpu.Packed;

/// <param name="codes">Codes from -127 to 127, 32 a block. The next row's codes follow.</param>
/// <param name="scales">What a code stands for, one a block. The next row's follow.</param>
/// <param name="sums">Sums of codes, two a block: of its first and its last 16. The next row's follow.</param>
/// <param name="blocks">Blocks.</param>
internal readonly unsafe struct RowSlab(sbyte* codes, float* scales, int* sums, int blocks)
{
    public readonly sbyte* Codes = codes;
    public readonly float* Scales = scales;
    public readonly int* Sums = sums;
    public readonly int Blocks = blocks;
}
