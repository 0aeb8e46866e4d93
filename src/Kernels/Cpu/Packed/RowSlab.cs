// Owns the record in which quantized rows lie in memory: a slab of 256 inputs of one row. Generated code reads it by the
// offsets of its fields, and by one index: what belongs to block b is 32b bytes into the codes and 4b into the others.
namespace Tern.Kernels.Cpu.Packed;

/// <summary>Eight blocks of 32 inputs, the size of a super-block; in the last slab of a row perhaps fewer are used.</summary>
internal unsafe struct RowSlab
{
    /// <summary>Blocks that fit.</summary>
    public const int Blocks = 8;

    /// <summary>Codes from -127 to 127.</summary>
    public fixed sbyte Codes[Blocks * PackedLayout.Block];

    /// <summary>What a code stands for, one a block.</summary>
    public fixed float Scales[Blocks];

    /// <summary>Sums of codes, two a block: of its first and its last 16.</summary>
    public fixed short Sums[2 * Blocks];

    /// <summary>Scale times the sum of all codes, one a block: what a minimum is multiplied with.</summary>
    public fixed float Products[Blocks];
}
