// Owns the contract of a weight format in the CPU backend: how a block becomes lanes of floats inside a matrix product.
// The values are bitwise those of Tern.Tensors.Quantization.Dequantizer; only the way to them differs.
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Weights;

internal unsafe interface IWeightFormat
{
    /// <summary>Elements in a block, a multiple of 32. Plain types are cut into blocks of 32.</summary>
    static abstract int Elements { get; }

    /// <summary>Bytes of a block.</summary>
    static abstract int Bytes { get; }

    /// <summary>Floats of workspace that <see cref="Prepare"/> fills for a block, up to 256.</summary>
    static abstract int Workspace { get; }

    /// <summary>Decodes what the whole block shares, its scales, into the workspace.</summary>
    static abstract void Prepare<TLanes>(byte* block, float* workspace)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>
    /// Elements 32·group to 32·group + 31 of the block, the first 16 and the last 16, with group = 4·quad + part. Loops
    /// are unrolled over part, 0 to 3, so that shifts by it are constant.
    /// </summary>
    static abstract void Expand<TLanes>(
        byte* block,
        float* workspace,
        int quad,
        int part,
        out TLanes low,
        out TLanes high
    )
        where TLanes : unmanaged, ILanes<TLanes>;
}
