// Owns the proof that the structs lie in memory as the bytes of a file do.
using System.Runtime.CompilerServices;
using Tern.Tensors.Quantization;

namespace Tern.Tensors.Tests.Quantization;

public class LayoutTests
{
    private static readonly (DType Type, int Size, int Elements)[] s_structs =
    [
        Row<BlockQ4_0>(),
        Row<BlockQ4_1>(),
        Row<BlockQ5_0>(),
        Row<BlockQ5_1>(),
        Row<BlockQ8_0>(),
        Row<BlockQ1_0>(),
        Row<BlockQ2_0>(),
        Row<BlockQ2_K>(),
        Row<BlockQ3_K>(),
        Row<BlockQ4_K>(),
        Row<BlockQ5_K>(),
        Row<BlockQ6_K>(),
        Row<BlockIQ1_S>(),
        Row<BlockIQ1_M>(),
        Row<BlockIQ2_XXS>(),
        Row<BlockIQ2_XS>(),
        Row<BlockIQ2_S>(),
        Row<BlockIQ3_XXS>(),
        Row<BlockIQ3_S>(),
        Row<BlockIQ4_NL>(),
        Row<BlockIQ4_XS>(),
        Row<BlockTQ1_0>(),
        Row<BlockTQ2_0>(),
        Row<BlockMXFP4>(),
        Row<BlockNVFP4>(),
    ];

    [Fact]
    public void AStructIsExactlyABlock() =>
        Assert.All(
            s_structs,
            row => Assert.Equal((row.Type.BytesPerBlock(), row.Type.ElementsPerBlock()), (row.Size, row.Elements))
        );

    [Fact]
    public void EveryQuantizedTypeHasAStruct() =>
        Assert.Equal(
            Enum.GetValues<DType>().Where(type => type.IsQuantized()).Order(),
            s_structs.Select(row => row.Type).Order()
        );

    private static (DType, int, int) Row<TBlock>()
        where TBlock : unmanaged, IQuantizedBlock<TBlock> => (TBlock.Type, Unsafe.SizeOf<TBlock>(), TBlock.Elements);
}
