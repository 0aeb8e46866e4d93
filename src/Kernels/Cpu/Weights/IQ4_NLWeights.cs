// Owns the expansion of IQ4_NL weights: laid out as Q4_0, nibbles looked up in a table of levels.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Weights;

internal readonly unsafe struct IQ4_NLWeights : IWeightFormat
{
    public static int Elements => 32;

    public static int Bytes => 18;

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
        TLanes.Nibbles<NonLinearNibbles>(block + 2, HalfBits.ToSingle(*(ushort*)block), out low, out high);
    }
}
