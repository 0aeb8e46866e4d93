// Owns the behaviour of tensors and of the geometry of types: what they accept, refuse and address.
using Tern.Tensors.Memory;

namespace Tern.Tensors.Tests;

public class TensorTests
{
    [Fact]
    public void RowsSlicesAndRangesAddressTheSameBytes()
    {
        float[] values = [.. Enumerable.Range(0, 24).Select(i => (float)i)];
        var tensor = Tensor.FromValues("experts", values, 2, 3, 4);

        Assert.Equal((6, 4, 24, 96), (tensor.Rows, tensor.Columns, tensor.Elements, tensor.ByteLength));
        Assert.Equal([12f, 13, 14, 15], tensor.Slice(1).Span<float>()[..4].ToArray());
        Assert.Equal([20f, 21, 22, 23], tensor.Reshape("flat", 6, 4).RowRange("last", 5, 1).Span<float>().ToArray());
        Assert.Equal(16, tensor.Row(5).Length);
    }

    [Fact]
    public void ATensorMustLieWithinItsMemoryAndHaveWholeBlocks()
    {
        using var memory = new AlignedMemory(64);

        Assert.Throws<ArgumentException>(() => new Tensor("t", DType.F32, [4, 4], memory, 1));
        Assert.Throws<ArgumentException>(() => new Tensor("t", DType.F32, [4, 4], memory, -1));
        Assert.Throws<ArgumentException>(() => new Tensor("t", DType.Q4_0, [1, 33], memory));
        Assert.Throws<ArgumentException>(() => new Tensor("t", DType.F32, [-1, 4], memory));
        Assert.Throws<OverflowException>(() => new Tensor("t", DType.F32, [long.MaxValue, long.MaxValue], memory));
    }

    [Fact]
    public void RowsOutsideATensorAreRefused()
    {
        var tensor = Tensor.Allocate("t", DType.F32, 2, 4);

        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Row(2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Row(-1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Slice(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.RowRange("r", 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.RowRange("r", 1, long.MaxValue));
    }

    [Fact]
    public void UnknownTypesHaveNoGeometry()
    {
        Assert.All(Enum.GetValues<DType>(), type => Assert.True(DTypes.IsKnown(type)));
        Assert.False(DTypes.IsKnown((DType)4));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((DType)4).ElementsPerBlock());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((DType)4).BytesPerBlock());
        Assert.Throws<OverflowException>(() => DType.F64.RowBytes(long.MaxValue));
    }
}
