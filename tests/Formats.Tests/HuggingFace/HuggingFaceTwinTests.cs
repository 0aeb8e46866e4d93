// Hugging Face directories of the conformance data against the GGUF files that hold the same numbers.
using Tern.Tensors;
using Tern.Testing;

namespace Tern.Formats.Tests.HuggingFace;

public class HuggingFaceTwinTests
{
    public static TheoryData<string> Twins =>
        SharedData.Root is null
            ? []
            :
            [
                .. Directory
                    .GetDirectories(SharedData.PathOf("conformance", "architectures"), "*-hf")
                    .Select(folder => Path.GetFileName(folder)[..^3])
                    .Order(StringComparer.Ordinal),
            ];

    [SharedTheory]
    [MemberData(nameof(Twins))]
    public void A_directory_has_the_metadata_and_the_tensors_of_its_gguf_twin(string name)
    {
        using var twin = ModelFile.Open(SharedData.PathOf("conformance", "architectures", name, "model.gguf"));
        using var model = ModelFile.Open(SharedData.PathOf("conformance", "architectures", name + "-hf"));
        foreach (var (key, value) in twin.Metadata.Values)
        {
            if (key == "general.name" || key.StartsWith("tokenizer.", StringComparison.Ordinal))
                continue;
            Assert.True(model.Metadata.Contains(key), $"{key} is missing");
            Assert.Equal((key, value), (key, model.Metadata.Values[key]));
        }
        Assert.Equal(twin.Tensors.Keys.Order(), model.Tensors.Keys.Order());
        foreach (var (tensorName, tensor) in twin.Tensors)
        {
            // Gemma's norms are stored minus one, which rounds: only they may differ, in the last bit.
            if (
                name.StartsWith("gemma", StringComparison.Ordinal)
                && tensorName.EndsWith("norm.weight", StringComparison.Ordinal)
            )
                AssertClose(tensor, model.Tensors[tensorName]);
            else
                TensorBytes.AssertSame(tensor, model.Tensors[tensorName]);
        }
    }

    private static void AssertClose(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.ToString(), found.ToString());
        foreach (var (a, b) in expected.Span<float>().ToArray().Zip(found.Span<float>().ToArray()))
            Assert.InRange(b, a - 1.2e-7f, a + 1.2e-7f);
    }
}
