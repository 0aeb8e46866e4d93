// The GGUF writer: what is written is read again, and a failure leaves nothing behind.
using Tern.Formats.Gguf;
using Tern.Tensors;
using Tern.Testing;

namespace Tern.Formats.Tests.Gguf;

public class GgufWriterTests
{
    private static readonly OrderedDictionary<string, object> EveryType = new()
    {
        ["general.architecture"] = "test",
        ["u8"] = (byte)200,
        ["i8"] = (sbyte)-100,
        ["u16"] = ushort.MaxValue,
        ["i16"] = short.MinValue,
        ["u32"] = uint.MaxValue,
        ["i32"] = int.MinValue,
        ["u64"] = ulong.MaxValue,
        ["i64"] = long.MinValue,
        ["f32"] = 0.1f,
        ["f64"] = 0.1,
        ["bool"] = true,
        ["text"] = "größer ▁",
        ["texts"] = new[] { "a", "", "▁b" },
        ["bools"] = new[] { true, false },
        ["bytes"] = new byte[] { 1, 2 },
        ["floats"] = new[] { 1f, float.NaN },
        ["longs"] = new[] { 1L, -1L },
        ["none"] = Array.Empty<int>(),
    };

    [Fact]
    public void Metadata_of_every_type_and_tensors_come_back_as_written_and_in_order()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("written.gguf");
        var matrix = Tensor.FromValues("b.weight", [1, 2, 3, 4, 5, 6], 2, 3);
        var vector = Tensor.FromValues("a.weight", [7, 8, 9], 3);
        GgufWriter.Write(path, EveryType, [GgufTensor.From(matrix), GgufTensor.From(vector)]);

        using var read = ModelFile.Open(path);
        Assert.Equal(EveryType.ToArray(), read.Metadata.Values.ToArray());
        Assert.Equal(["b.weight", "a.weight"], read.Tensors.Keys);
        TensorBytes.AssertSame(matrix, read.Tensors["b.weight"]);
        TensorBytes.AssertSame(vector, read.Tensors["a.weight"]);
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_no_other()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("model.gguf");
        File.WriteAllText(path, "old");
        var broken = new GgufTensor("t", DType.F32, [4], _ => throw new IOException("No space left on device"));
        var error = Assert.Throws<IOException>(() => GgufWriter.Write(path, EveryType, [broken]));
        Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder.Root));
    }

    [SharedFact]
    public void A_model_is_written_again_byte_for_byte()
    {
        using var folder = new TemporaryFolder();
        string source = SharedData.PathOf("conformance", "architectures", "gpt-oss", "model.gguf");
        using var model = ModelFile.Open(source);
        GgufWriter.Write(folder.PathOf("again.gguf"), model);
        Assert.True(File.ReadAllBytes(source).AsSpan().SequenceEqual(File.ReadAllBytes(folder.PathOf("again.gguf"))));
    }

    [Fact]
    public void A_split_model_opens_by_its_first_part_and_a_missing_part_is_named()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 3; i++)
            WritePart(folder.PathOf($"m-{i + 1:D5}-of-00003.gguf"), i);
        using (var model = ModelFile.Open(folder.PathOf("m-00001-of-00003.gguf")))
            Assert.Equal(["t0", "t1", "t2"], model.Tensors.Keys);

        var notFirst = Assert.Throws<ModelFormatException>(() =>
            ModelFile.Open(folder.PathOf("m-00002-of-00003.gguf"))
        );
        Assert.Contains("first part", notFirst.Message, StringComparison.Ordinal);
        File.Delete(folder.PathOf("m-00003-of-00003.gguf"));
        var missing = Assert.Throws<ModelFormatException>(() => ModelFile.Open(folder.PathOf("m-00001-of-00003.gguf")));
        Assert.Contains("m-00003-of-00003.gguf", missing.Message, StringComparison.Ordinal);
    }

    // The writer itself never writes split keys, so they are written under names of equal length and then renamed.
    private static void WritePart(string path, int number)
    {
        var metadata = new OrderedDictionary<string, object>
        {
            ["general.architecture"] = "test",
            ["SPLIT.no"] = (ushort)number,
            ["SPLIT.count"] = (ushort)3,
            ["SPLIT.tensors.count"] = 3,
        };
        GgufWriter.Write(path, metadata, [GgufTensor.From(Tensor.FromValues($"t{number}", [number], 1))]);
        byte[] bytes = File.ReadAllBytes(path);
        for (int at; (at = bytes.AsSpan().IndexOf("SPLIT"u8)) >= 0; )
            "split"u8.CopyTo(bytes.AsSpan(at));
        File.WriteAllBytes(path, bytes);
    }
}
