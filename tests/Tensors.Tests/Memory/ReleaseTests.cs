// Giving memory back: what was given back is there again when it is asked for, and a part takes nothing else along.
using Tern.Tensors.Memory;

namespace Tern.Tensors.Tests.Memory;

public class ReleaseTests
{
    [Fact]
    public void A_mapped_file_has_the_same_bytes_after_any_range_was_given_back()
    {
        string path = Path.GetTempFileName();
        try
        {
            byte[] content = new byte[(3 * Environment.SystemPageSize) + 17];
            new Random(1).NextBytes(content);
            File.WriteAllBytes(path, content);
            using var file = MappedFile.Open(path);
            foreach (var (start, length) in new[] { (0L, file.Length), (5L, 9000L), (4096L, 4096L), (file.Length, 0L) })
            {
                file.Release(start, length);
                Assert.Equal(content, file.Slice(0, content.Length).ToArray());
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Memory_that_is_made_as_a_whole_is_given_back_as_a_whole_only()
    {
        int made = 0;
        using var memory = new DeferredMemory(
            64,
            () =>
            {
                made++;
                return new AlignedMemory(64);
            }
        );
        var tensor = new Tensor("weight", DType.F32, [4, 4], memory);
        _ = tensor.Row(0);
        tensor.ReleaseRows(0, 2);
        tensor.Slice(1).Release();
        _ = tensor.Row(3);
        Assert.Equal(1, made);
        tensor.Release();
        _ = tensor.Row(0);
        Assert.Equal(2, made);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData((4 << 20) + 100)]
    public void Memory_in_huge_pages_is_zeroed_and_aligned_like_any(int length)
    {
        using var memory = new AlignedMemory(length, hugePages: true);
        Assert.Equal(0, memory.Address % 64);
        Assert.False(memory.Slice(0, length).ContainsAnyExcept((byte)0));
    }
}
