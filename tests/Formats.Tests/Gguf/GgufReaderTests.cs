// The GGUF reader on the well-formed files of the conformance data.
using System.Text.Json;
using Tern.Tensors;
using Tern.Testing;

namespace Tern.Formats.Tests.Gguf;

public class GgufReaderTests
{
    [SharedFact]
    public void Every_model_of_the_architectures_opens_with_the_tensor_types_its_index_names()
    {
        var index = JsonDocument.Parse(File.ReadAllBytes(PathOf("index.json"))).RootElement;
        foreach (var entry in index.GetProperty("models").EnumerateArray())
        {
            using var model = ModelFile.Open(PathOf(entry.GetProperty("file").GetString()!));
            string architecture = model.Metadata.GetString("general.architecture");
            Assert.Equal(entry.GetProperty("arch").GetString(), architecture);
            Assert.True(model.Metadata.GetInt($"{architecture}.block_count") > 0);
            if (!entry.TryGetProperty("tensor_types", out var types))
                continue;
            var expected = types
                .EnumerateObject()
                .ToDictionary(t => t.Name.ToUpperInvariant(), t => t.Value.GetInt32());
            var found = model.Tensors.Values.CountBy(t => t.Type.ToString()).ToDictionary(p => p.Key, p => p.Value);
            Assert.Equal(expected.OrderBy(p => p.Key), found.OrderBy(p => p.Key));
        }
    }

    [SharedFact]
    public void Shapes_are_outermost_first_and_values_are_those_of_the_file()
    {
        using var model = ModelFile.Open(PathOf("llama", "model.gguf"));
        var embedding = model.Tensors["token_embd.weight"];
        Assert.Equal([320L, 64L], embedding.Shape.ToArray());
        Assert.Equal(DType.F32, embedding.Type);
        Assert.Equal(64, model.Metadata.GetInt("llama.embedding_length"));
        Assert.Equal(320, model.Metadata.GetStrings("tokenizer.ggml.tokens").Length);
    }

    private static string PathOf(params string[] parts) =>
        SharedData.PathOf(["conformance", "architectures", .. parts]);
}
