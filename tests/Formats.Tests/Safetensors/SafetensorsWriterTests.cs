// The safetensors writer: what is written is read again.
using Tern.Formats.Safetensors;
using Tern.Tensors;

namespace Tern.Formats.Tests.Safetensors;

public class SafetensorsWriterTests
{
    [Fact]
    public void Tensors_and_metadata_come_back_as_written_and_in_order()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("w.safetensors");
        var matrix = Tensor.FromValues("größe", [1, 2, 3, 4, 5, 6], 2, 3);
        var scalar = Tensor.FromValues("scalar", [7]).Reshape("scalar");
        var half = Tensor.Allocate("half", DType.BF16, 3);
        half.Span<byte>().Fill(0x3F);
        SafetensorsWriter.Write(
            path,
            [matrix, scalar, half],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" }
        );

        using var read = SafetensorsReader.Open(path);
        Assert.Equal("pt", read.Metadata["format"]);
        Assert.Equal(["größe", "scalar", "half"], read.Entries.Keys);
        foreach (var tensor in new[] { matrix, scalar, half })
            TensorBytes.AssertSame(tensor, read.GetTensor(tensor.Name));
    }

    [Fact]
    public void Quantized_types_and_repeated_names_are_refused()
    {
        using var folder = new TemporaryFolder();
        var blocks = Tensor.Allocate("q", DType.Q8_0, 32);
        var twin = Tensor.FromValues("t", [1], 1);
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(folder.PathOf("a"), [blocks]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(folder.PathOf("b"), [twin, twin]));
        Assert.Empty(Directory.GetFiles(folder.Root));
    }

    [Fact]
    public void A_type_that_no_tensor_can_hold_is_listed_and_refused_on_access()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("bool.safetensors");
        byte[] header = System.Text.Encoding.UTF8.GetBytes(
            """{"mask":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}}"""
        );
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. header, 0, 1]);
        using var read = SafetensorsReader.Open(path);
        Assert.Equal("BOOL", read.Entries["mask"].Type.Name);
        var error = Assert.Throws<ModelFormatException>(() => read.GetTensor("mask"));
        Assert.Contains("BOOL", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_tensor_begins_at_a_multiple_of_its_element_whatever_the_order()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("aligned.safetensors");
        SafetensorsType[] types = [.. SafetensorsType.All.Reverse(), .. SafetensorsType.All];
        List<SafetensorsTensor> tensors =
        [
            .. types.Select(
                (type, i) =>
                    new SafetensorsTensor(
                        $"{type.Name}.{i}",
                        type,
                        [3, 1],
                        stream =>
                        {
                            for (int at = 0; at < 3 * type.Bytes; at++)
                                stream.WriteByte((byte)(i + 1));
                        }
                    )
            ),
            new("empty", SafetensorsType.Of(DType.F32), [0, 5], _ => { }),
        ];
        SafetensorsWriter.Write(
            path,
            tensors,
            new Dictionary<string, string> { ["step"] = "12", ["ключ"] = "\"x\"\n" }
        );

        using var read = SafetensorsReader.Open(path);
        Assert.Equal("12", read.Metadata["step"]);
        Assert.Equal("\"x\"\n", read.Metadata["ключ"]);
        Assert.Equal(tensors.Count, read.Entries.Count);
        byte[] file = File.ReadAllBytes(path);
        foreach (var (tensor, i) in tensors.Select((tensor, i) => (tensor, i)))
        {
            var entry = read.Entries[tensor.Name];
            Assert.Equal(tensor.Type, entry.Type);
            Assert.Equal(tensor.Shape, entry.Shape);
            Assert.Equal(0, entry.Offset % tensor.Type.Bytes);
            var bytes = file.AsSpan((int)entry.Offset, (int)entry.ByteLength);
            Assert.Equal(tensor.ByteLength, bytes.Length);
            Assert.False(bytes.ContainsAnyExcept((byte)(i + 1)));
        }
    }

    [Fact]
    public void A_tensor_that_writes_another_size_than_announced_leaves_the_old_file()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("kept.safetensors");
        File.WriteAllText(path, "old");
        var tensor = new SafetensorsTensor(
            "t",
            SafetensorsType.Of(DType.F32),
            [2],
            stream => stream.Write(new byte[4])
        );
        var error = Assert.Throws<InvalidOperationException>(() => SafetensorsWriter.Write(path, [tensor]));
        Assert.Contains("'t' wrote 4 bytes, announced were 8", error.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder.Root));
        var reserved = tensor with { Name = "__metadata__" };
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [reserved]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [tensor with { Shape = [-1] }]));
    }
}
