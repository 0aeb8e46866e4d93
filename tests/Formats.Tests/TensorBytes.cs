// All bytes of a tensor, to compare tensors with each other.
using Tern.Tensors;

namespace Tern.Formats.Tests;

internal static class TensorBytes
{
    public static byte[] Of(Tensor tensor)
    {
        var bytes = new List<byte>();
        for (long row = 0; row < tensor.Rows; row++)
            bytes.AddRange(tensor.Row(row));
        return [.. bytes];
    }

    public static void AssertSame(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.ToString(), found.ToString());
        Assert.True(Of(expected).AsSpan().SequenceEqual(Of(found)), $"{found} has other bytes than expected");
    }
}
