// The quantizer against the files that llama.cpp made from the same base.
using Tern.Formats.Gguf;
using Tern.Tensors;
using Tern.Testing;

namespace Tern.Formats.Tests.Gguf;

public class GgufQuantizerTests
{
    // Searching quantizers may differ in bytes (quants/index.json, "compare"); these may not.
    private static readonly DType[] Exact =
    [
        DType.F32,
        DType.F16,
        DType.BF16,
        DType.Q8_0,
        DType.Q4_0,
        DType.Q4_1,
        DType.Q5_0,
        DType.Q5_1,
    ];

    public static TheoryData<string> Mixtures =>
        [.. Folders().Where(name => Enum.GetNames<GgufFileType>().Contains(TypeOf(name)))];

    [SharedTheory]
    [MemberData(nameof(Mixtures))]
    public void Each_tensor_gets_the_type_that_the_reference_gave_it(string name)
    {
        using var model = ModelFile.Open(PathOf(Source(name)));
        using var expected = ModelFile.Open(PathOf(name));
        var plan = GgufQuantizer.Plan(model, Enum.Parse<GgufFileType>(TypeOf(name)));
        Assert.Equal(expected.Tensors.Values.Select(t => (t.Name, t.Type)), plan.Select(p => (p.Key.Name, p.Value)));
    }

    [SharedTheory]
    [InlineData("llama-256-BF16")]
    [InlineData("llama-256-Q8_0")]
    [InlineData("llama-256-Q4_0")]
    [InlineData("llama-256-Q5_0")]
    [InlineData("llama-256-Q4_K_M")]
    [InlineData("qwen3-256-Q5_1")]
    public void The_file_equals_the_reference_wherever_the_type_leaves_no_choice(string name)
    {
        using var folder = new TemporaryFolder();
        using var model = ModelFile.Open(PathOf(Source(name)));
        using var expected = ModelFile.Open(PathOf(name));
        GgufQuantizer.Quantize(model, folder.PathOf("q.gguf"), Enum.Parse<GgufFileType>(TypeOf(name)));
        using var found = ModelFile.Open(folder.PathOf("q.gguf"));
        Assert.Equal(expected.Tensors.Values.Select(t => t.ToString()), found.Tensors.Values.Select(t => t.ToString()));
        Assert.Equal(expected.Metadata.Values.ToArray(), found.Metadata.Values.ToArray());
        foreach (var tensor in expected.Tensors.Values.Where(t => Exact.Contains(t.Type)))
            TensorBytes.AssertSame(tensor, found.Tensors[tensor.Name]);
    }

    [Fact]
    public void A_weight_that_is_not_finite_is_named()
    {
        using var folder = new TemporaryFolder();
        var values = new float[64];
        values[40] = float.NaN;
        var metadata = new OrderedDictionary<string, object> { ["general.architecture"] = "x", ["x.block_count"] = 1u };
        GgufWriter.Write(
            folder.PathOf("nan.gguf"),
            metadata,
            [GgufTensor.From(Tensor.FromValues("blk.0.ffn_up.weight", values, 2, 32))]
        );
        using var model = ModelFile.Open(folder.PathOf("nan.gguf"));
        var error = Assert.Throws<ModelFormatException>(() =>
            GgufQuantizer.Quantize(model, folder.PathOf("q.gguf"), GgufFileType.Q8_0)
        );
        Assert.Equal("blk.0.ffn_up.weight", error.Field);
        Assert.Single(Directory.GetFiles(folder.Root));
    }

    [SharedFact]
    public void The_source_is_never_the_destination()
    {
        using var folder = new TemporaryFolder();
        File.Copy(PathOf("llama-256"), folder.PathOf("m.gguf"));
        using var model = ModelFile.Open(folder.PathOf("m.gguf"));
        Assert.Throws<ArgumentException>(() =>
            GgufQuantizer.Quantize(model, folder.PathOf("./m.gguf"), GgufFileType.Q8_0)
        );
    }

    private static string Source(string name) => name[..(name.IndexOf("256", StringComparison.Ordinal) + 3)];

    private static string TypeOf(string name) => name[(name.LastIndexOf("256-", StringComparison.Ordinal) + 4)..];

    private static string PathOf(string name) => SharedData.PathOf("conformance", "architectures", name, "model.gguf");

    private static IEnumerable<string> Folders() =>
        SharedData.Root is null
            ? []
            : Directory
                .GetDirectories(SharedData.PathOf("conformance", "architectures"), "*-256-*")
                .Select(f => Path.GetFileName(f)!)
                .Order(StringComparer.Ordinal);
}
