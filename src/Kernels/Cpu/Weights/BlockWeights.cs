// Owns the expansion of every block format without a fast path of its own: one block at a time through its definition.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Cpu.Weights;

internal readonly unsafe struct BlockWeights<TBlock> : IWeightFormat
    where TBlock : unmanaged, IQuantizedBlock<TBlock>
{
    public static int Elements => TBlock.Elements;

    public static int Bytes => sizeof(TBlock);

    public static int Workspace => TBlock.Elements;

    public static void Prepare<TLanes>(byte* block, float* workspace)
        where TLanes : unmanaged, ILanes<TLanes> =>
        TBlock.Dequantize(in *(TBlock*)block, new Span<float>(workspace, TBlock.Elements));

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
        low = TLanes.Load(workspace + 128 * quad + 32 * part);
        high = TLanes.Load(workspace + 128 * quad + 32 * part + 16);
    }
}
