// Owns the expansion of MXFP4 weights: power-of-two scale (E8M0), then nibbles that are 4-bit floats.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Weights;

internal readonly unsafe struct MXFP4Weights : IWeightFormat
{
    public static int Elements => 32;

    public static int Bytes => 17;

    public static int Workspace => 0;

    public static void Prepare<TLanes>(byte* block, float* workspace)
        where TLanes : unmanaged, ILanes<TLanes> { }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Expand<TLanes>(
        byte* block,
        float* workspace,
        int quad,
        int part,
        out TLanes low,
        out TLanes high
    )
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes.Nibbles<Float4Nibbles>(block + 1, HalfOfPower(*block), out low, out high);
    }

    /// <summary>2^(exponent - 128): half the scale, for the table holds doubled values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float HalfOfPower(int exponent) =>
        BitConverter.Int32BitsToSingle(exponent < 2 ? 0x200000 << exponent : (exponent - 1) << 23);
}
