// Owns the proof that a model file that lies is refused in words, whatever it lies about.
using System.Text.Json;
using Tern.Formats;
using Tern.Kernels;
using Tern.Tensors;
using Tern.Testing;

namespace Tern.Models.Tests;

public sealed class HostileModelTests
{
    private static readonly object[] StrangeValues =
    [
        0,
        -1,
        3,
        7,
        int.MaxValue,
        uint.MaxValue,
        0.0f,
        float.NaN,
        -1e30f,
        "text",
        true,
        Array.Empty<int>(),
        new[] { true },
    ];

    private static readonly IBackend Backend = Backends.Create(Backends.Reference);

    public static TheoryData<string> Files => [.. Manifest().Select(entry => entry.GetProperty("file").GetString()!)];

    /// <summary>One file of each architecture, and those whose keys differ.</summary>
    public static TheoryData<string> Models =>
        [
            "llama",
            "llama-yarn",
            "mixtral",
            "qwen2",
            "qwen3moe",
            "gemma2",
            "gemma3-rope8",
            "phi3-longrope",
            "olmo3-swa",
            "granite",
            "smollm3",
            "deepseek2-mla",
            "deepseek2-lite",
            "gpt-oss-f32",
            "starcoder2",
            "gpt2",
            "bert",
            "nomic-bert",
        ];

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void A_hostile_file_gets_what_the_manifest_says(string file)
    {
        var entry = Manifest().Single(entry => entry.GetProperty("file").GetString() == file);
        string? message = Try(() =>
        {
            using var opened = ModelFile.Open(SharedData.PathOf("conformance", "hostile-files", file));
            LoadAndRun(opened);
        });
        if (message is null)
        {
            Assert.Equal("either", entry.GetProperty("expect").GetString());
            return;
        }
        var words = entry.GetProperty("message_mentions_one_of").EnumerateArray().Select(word => word.GetString()!);
        Assert.Contains(words, word => message.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    [SharedFact]
    public void An_unknown_architecture_is_refused_with_the_list_of_the_known()
    {
        using var file = ModelFile.Open(
            SharedData.PathOf("conformance", "hostile-files", "model-architecture-unknown.gguf")
        );
        var error = Assert.Throws<ModelFormatException>(() => ModelLoader.Load(file, Backend));
        Assert.All(ModelLoader.Architectures, name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void A_missing_or_misshapen_tensor_is_named(string name)
    {
        var file = ConformanceModel.Get(name).File;
        foreach (var (tensorName, tensor) in file.Tensors)
        {
            if (!tensorName.EndsWith(".bias", StringComparison.Ordinal) && !IsOptional(name, tensorName))
                Refused(WithTensor(file, tensorName, replacement: null), tensorName, "missing");
            if (IsUnused(name, tensorName))
                continue;
            Refused(
                WithTensor(file, tensorName, tensor.Reshape(tensorName, 1, 1, tensor.Elements)),
                tensorName,
                "shape"
            );
            var integers = Tensor.Allocate(tensorName, DType.I32, tensor.Shape);
            Refused(WithTensor(file, tensorName, integers), tensorName, "type");
        }
    }

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void A_strange_value_of_any_key_is_harmless_or_refused_with_the_key_named(string name)
    {
        var file = ConformanceModel.Get(name).File;
        foreach (
            string key in file.Metadata.Values.Keys.Where(key => !key.StartsWith("general.", StringComparison.Ordinal))
        )
        {
            foreach (object value in StrangeValues)
            {
                string? message = Try(() => LoadAndRun(WithValue(file, key, value)));
                Assert.True(message is null || message.Contains(':', StringComparison.Ordinal), message);
            }
            if (Try(() => LoadAndRun(WithValue(file, key, value: null))) is { } missing)
                Assert.Contains('.', missing);
        }
    }

    [SharedFact]
    public void Fewer_tokens_than_embeddings_are_refused()
    {
        var file = ConformanceModel.Get("llama").File;
        var fewer = WithValue(file, "tokenizer.ggml.tokens", new[] { "a", "b" });
        Refused(fewer, "tokenizer.ggml.tokens", "vocabulary");
    }

    private static bool IsOptional(string model, string tensor) =>
        IsUnused(model, tensor)
        || tensor is "output.weight" or "rope_freqs.weight" or "token_types.weight"
        || tensor.StartsWith("rope_factors", StringComparison.Ordinal);

    /// <summary>The context of the test chooses one of the two lists of factors.</summary>
    private static bool IsUnused(string model, string tensor) =>
        model == "phi3-longrope" && tensor == "rope_factors_long.weight";

    private static void Refused(ModelFile file, string field, string word)
    {
        var error = Assert.Throws<ModelFormatException>(() => ModelLoader.Load(file, Backend));
        Assert.Contains(field.Split(".weight")[0], error.Message, StringComparison.Ordinal);
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }

    /// <summary>The message of the refusal, or null; any other exception passes and fails the test.</summary>
    private static string? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (ModelFormatException error)
        {
            return error.Message;
        }
    }

    /// <summary>Loads, and runs two tokens: what loads must also run.</summary>
    private static void LoadAndRun(ModelFile file)
    {
        using var model = ModelLoader.Load(file, Backend);
        using var runner = new Runner(model);
        runner.Forward((runner.Add(), model.Config.ContextLength > 1 ? [0, 1] : [0]));
    }

    private static ModelFile WithTensor(ModelFile file, string name, Tensor? replacement)
    {
        var tensors = file.Tensors.ToDictionary(pair => pair.Key, pair => pair.Value);
        if (replacement is null)
            tensors.Remove(name);
        else
            tensors[name] = replacement;
        return new ModelFile(file.Path, file.Metadata, tensors, []);
    }

    private static ModelFile WithValue(ModelFile file, string key, object? value)
    {
        var values = file.Metadata.Values.ToDictionary(pair => pair.Key, pair => pair.Value);
        if (value is null)
            values.Remove(key);
        else
            values[key] = value;
        return new ModelFile(file.Path, new Metadata(file.Path, values), file.Tensors, []);
    }

    private static IEnumerable<JsonElement> Manifest()
    {
        if (SharedData.Root is null)
            return [];
        using var manifest = JsonDocument.Parse(
            File.ReadAllBytes(SharedData.PathOf("conformance", "hostile-files", "manifest.json"))
        );
        var root = manifest.RootElement.Clone();
        var entries = root.ValueKind == JsonValueKind.Array ? root : root.EnumerateObject().First().Value;
        return entries.EnumerateArray().Where(entry => entry.GetProperty("stage").GetString() is "model" or "generate");
    }
}
