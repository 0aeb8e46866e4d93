// The writer of split models: the parts open as the model they were made of, keep the limit, and appear all or not at all.
using Tern.Formats.Gguf;
using Tern.Tensors;
using Tern.Testing;

namespace Tern.Formats.Tests.Gguf;

public class GgufSplitWriterTests
{
    private const int KiB = 1024;

    private static readonly OrderedDictionary<string, object> Metadata = new()
    {
        ["general.architecture"] = "test",
        ["split.count"] = (ushort)7,
        ["texts"] = new[] { "a", "▁b" },
    };

    [SharedTheory]
    [InlineData(16)]
    [InlineData(100)]
    [InlineData(1 << 20)]
    public void A_split_model_opens_as_the_model_it_was_made_of(int kib)
    {
        using var folder = new TemporaryFolder();
        using var source = ModelFile.Open(SharedData.PathOf("conformance", "architectures", "llama-256", "model.gguf"));
        var tensors = source.Tensors.Values.Select(GgufTensor.From).ToList();
        var told = new List<GgufProgress>();
        var files = GgufSplitWriter.Write(
            folder.PathOf("m.gguf"),
            source.Metadata.Values,
            tensors,
            kib * (long)KiB,
            [source.Path],
            new Told(told)
        );
        Assert.Equal(Directory.GetFiles(folder.Root).Order(StringComparer.Ordinal), files);
        Assert.Equal(kib == 1 << 20, files.Count == 1);
        Assert.Equal(tensors.Select((t, i) => new GgufProgress(t.Name, t.Type, i, tensors.Count)), told);

        using var read = ModelFile.Open(files[0]);
        var split = new Dictionary<string, object>
        {
            ["split.no"] = (ushort)0,
            ["split.count"] = (ushort)files.Count,
            ["split.tensors.count"] = tensors.Count,
        };
        Assert.Equal(source.Metadata.Values.Concat(split).ToArray(), read.Metadata.Values.ToArray());
        Assert.Equal(source.Tensors.Keys, read.Tensors.Keys);
        foreach (var tensor in source.Tensors.Values)
            TensorBytes.AssertSame(tensor, read.Tensors[tensor.Name]);

        GgufWriter.Write(folder.PathOf("joined.gguf"), read);
        GgufWriter.Write(folder.PathOf("single.gguf"), source);
        Assert.Equal(File.ReadAllBytes(folder.PathOf("single.gguf")), File.ReadAllBytes(folder.PathOf("joined.gguf")));
    }

    [Fact]
    public void A_part_holds_what_fits_with_its_header_and_a_larger_tensor_has_a_file_of_its_own()
    {
        using var folder = new TemporaryFolder();
        var tensors = new[] { 100, 200, 100, 2000, 100, 300, 100 }.Select((n, i) => Filled($"t{i}", n)).ToList();
        var files = GgufSplitWriter.Write(folder.PathOf("m"), Metadata, tensors, 2 * KiB, []);
        Assert.Equal(
            [.. Enumerable.Range(1, 4).Select(i => $"m-{i:D5}-of-00004.gguf")],
            files.Select(Path.GetFileName)
        );
        string[][] expected =
        [
            ["t0", "t1", "t2"],
            ["t3"],
            ["t4", "t5"],
            ["t6"],
        ];
        for (int i = 0; i < files.Count; i++)
        {
            using var part = GgufFile.Open(files[i]);
            Assert.Equal(expected[i], part.Tensors.Keys);
            Assert.Equal((ushort)i, part.Metadata.Values["split.no"]);
            Assert.Equal((ushort)4, part.Metadata.Values["split.count"]);
            Assert.Equal(7, part.Metadata.Values["split.tensors.count"]);
            Assert.Equal(i == 0 ? 5 : 3, part.Metadata.Values.Count);
            Assert.Equal(i != 1, part.Mapping.Length <= 2 * KiB);
        }
        using var model = ModelFile.Open(files[0]);
        Assert.Equal(tensors.Select(t => t.Name), model.Tensors.Keys);
    }

    [Fact]
    public void A_limit_is_kept_to_the_byte()
    {
        using var folder = new TemporaryFolder();
        var tensors = Enumerable.Range(0, 3).Select(i => Filled($"tensor.{i}", 10 + i)).ToList();
        var all = GgufSplitWriter.Write(folder.PathOf("all"), Metadata, tensors, long.MaxValue / 2, []);
        Assert.EndsWith("all-00001-of-00001.gguf", Assert.Single(all), StringComparison.Ordinal);
        long length = new FileInfo(all[0]).Length;
        Assert.Single(GgufSplitWriter.Write(folder.PathOf("same"), Metadata, tensors, length, []));
        Assert.Equal(2, GgufSplitWriter.Write(folder.PathOf("less"), Metadata, tensors, length - 1, []).Count);
    }

    [Fact]
    public void Parts_after_the_first_open_whatever_alignment_the_metadata_asks_for()
    {
        using var folder = new TemporaryFolder();
        var metadata = new OrderedDictionary<string, object>(Metadata) { ["general.alignment"] = 256u };
        var values = new float[] { 1, 2, 3 };
        var tensors = Enumerable.Range(0, 4).Select(i => Tensor.FromValues($"t{i}", values, 3)).ToList();
        var files = GgufSplitWriter.Write(
            folder.PathOf("m"),
            metadata,
            [.. tensors.Select(GgufTensor.From)],
            maxBytesPerFile: 1,
            []
        );
        Assert.Equal(4, files.Count);
        using var model = ModelFile.Open(files[0]);
        foreach (var tensor in tensors)
            TensorBytes.AssertSame(tensor, model.Tensors[tensor.Name]);
    }

    [Fact]
    public void A_failure_in_the_middle_leaves_the_old_files_and_no_other()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("m-00001-of-00003.gguf"), "old");
        var broken = new GgufTensor("t1", DType.F32, [4], _ => throw new IOException("No space left on device"));
        var error = Assert.Throws<IOException>(() =>
            GgufSplitWriter.Write(folder.PathOf("m"), Metadata, [Filled("t0", 9), broken, Filled("t2", 9)], 1, [])
        );
        Assert.Contains("m-00002-of-00003.gguf", error.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(Assert.Single(Directory.GetFiles(folder.Root))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_part_that_cannot_be_renamed_brings_the_old_files_back(int blocked)
    {
        using var folder = new TemporaryFolder();
        GgufTensor[] tensors = [Filled("t0", 9), Filled("t1", 9), Filled("t2", 9)];
        string[] names = [.. Enumerable.Range(1, 3).Select(i => folder.PathOf($"m-{i:D5}-of-00003.gguf"))];
        string[] old = [.. names.Where((_, i) => i != blocked - 1)];
        foreach (string name in old)
            File.WriteAllText(name, "old " + name);
        Directory.CreateDirectory(names[blocked - 1]);

        Assert.Throws<IOException>(() => GgufSplitWriter.Write(folder.PathOf("m"), Metadata, tensors, 1, []));
        Assert.Equal(old, Directory.GetFiles(folder.Root).Order(StringComparer.Ordinal));
        Assert.All(old, name => Assert.Equal("old " + name, File.ReadAllText(name)));

        Directory.Delete(names[blocked - 1]);
        Assert.Equal(names, GgufSplitWriter.Write(folder.PathOf("m"), Metadata, tensors, 1, []));
        Assert.Equal(names, Directory.GetFiles(folder.Root).Order(StringComparer.Ordinal));
        using var model = ModelFile.Open(names[0]);
        Assert.Equal(3, model.Tensors.Count);
    }

    [SharedFact]
    public void No_part_of_the_source_is_written_over()
    {
        using var folder = new TemporaryFolder();
        string original = SharedData.PathOf("conformance", "architectures", "llama-256", "model.gguf");
        using var single = ModelFile.Open(original);
        var files = GgufQuantizer.Quantize(single, folder.PathOf("m.gguf"), GgufFileType.F32, null, 1);
        using var split = ModelFile.Open(files[0]);
        var before = files.Select(File.GetLastWriteTimeUtc).ToList();
        Assert.Equal(
            "destination",
            Assert
                .Throws<ArgumentException>(() =>
                    GgufQuantizer.Quantize(split, folder.PathOf("./m"), GgufFileType.F16, null, 1)
                )
                .ParamName
        );
        Assert.Throws<ArgumentException>(() => GgufQuantizer.Quantize(split, files[^1], GgufFileType.F16));
        Assert.Equal(before, files.Select(File.GetLastWriteTimeUtc));
    }

    [Fact]
    public void More_parts_than_can_be_numbered_are_refused()
    {
        using var folder = new TemporaryFolder();
        var tensors = Enumerable.Range(0, 65536).Select(i => Filled($"t{i}", 1)).ToList();
        var error = Assert.Throws<ArgumentException>(() =>
            GgufSplitWriter.Write(folder.PathOf("m"), Metadata, tensors, 1, [])
        );
        Assert.Contains("65535", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Root));
        Assert.Throws<ArgumentOutOfRangeException>(() => GgufSplitWriter.Write("m", Metadata, tensors, 0, []));
    }

    private static GgufTensor Filled(string name, int count) =>
        new(name, DType.F32, [count], stream => stream.Write(new byte[4 * count]));

    private sealed class Told(List<GgufProgress> list) : IProgress<GgufProgress>
    {
        public void Report(GgufProgress value) => list.Add(value);
    }
}
