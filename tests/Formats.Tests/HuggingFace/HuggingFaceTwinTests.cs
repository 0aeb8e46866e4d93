// Hugging Face directories of the conformance data against the GGUF files that hold the same numbers.
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
            TensorBytes.AssertSame(tensor, model.Tensors[tensorName]);
    }
}
