// Owns the list of packed formats that kernels are generated for.
using Tern.Tensors;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>How the panels of a format are read.</summary>
internal sealed record PanelFormat(DType Type, PanelCodes Codes, PanelScales Scales)
{
    /// <summary>Every format.</summary>
    public static readonly IReadOnlyList<PanelFormat> All =
    [
        new(DType.Q4_0, new PanelCodes(Bits: 4, Offset: 8), new PlainScales()),
        new(DType.Q8_0, new PanelCodes(Bits: 8, Offset: 128), new PlainScales()),
        new(DType.Q4_K, new PanelCodes(Bits: 4, Offset: 0), new ScalesWithMinimums()),
        new(DType.Q5_K, new PanelCodes(Bits: 5, Offset: 0), new ScalesWithMinimums()),
        new(DType.Q6_K, new PanelCodes(Bits: 6, Offset: 32), new GroupScales()),
    ];

    /// <summary>Bytes of the scale stream of a panel of <paramref name="blocks"/> blocks, before padding.</summary>
    public long ScaleBytes(long blocks) =>
        blocks * PanelScales.BlockBytes + (Scales.HasSuper ? blocks / 8 * Scales.SuperBytes : 0);
}
