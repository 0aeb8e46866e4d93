// Owns the reading of the architectures' golden data: models, token sequences, expected numbers and tolerances.
using System.Runtime.InteropServices;
using System.Text.Json;
using Tern.Formats;
using Tern.Testing;

namespace Tern.Models.Tests;

/// <summary>One entry of conformance/architectures/index.json with its golden.json.</summary>
internal sealed class ConformanceModel
{
    private static readonly Lazy<Dictionary<string, ConformanceModel>> All = new(ReadIndex);

    private readonly string _folder;
    private readonly JsonElement _golden;
    private readonly Lazy<ModelFile> _file;

    private ConformanceModel(string name, string folder, JsonElement tolerance, bool isEncoder)
    {
        Name = name;
        _folder = folder;
        Tolerance = tolerance;
        IsEncoder = isEncoder;
        _golden = Parse(Path.Combine(folder, "golden.json"));
        _file = new(() => ModelFile.Open(Path.Combine(folder, "model.gguf")));
    }

    public static IReadOnlyCollection<string> Names => SharedData.Root is null ? ["absent"] : All.Value.Keys;

    /// <summary>The names of the two sequences every model has.</summary>
    public static string[] Sequences => ["short", "long"];

    public string Name { get; }

    public bool IsEncoder { get; }

    public JsonElement Tolerance { get; }

    public ModelFile File => _file.Value;

    public int ContextLength => _golden.GetProperty("context_length").GetInt32();

    public static ConformanceModel Get(string name) => All.Value[name];

    public float MaximumError => Tolerance.GetProperty("float32_vs_exact_max").GetSingle();

    /// <summary>Against numbers of llama.cpp, whose GELU is a table of halves.</summary>
    public float MaximumErrorToLlama => Tolerance.GetProperty("float32_vs_llama_max").GetSingle();

    /// <summary>For engines that round activations, as llama.cpp does: the median over positions of the rms over the vocabulary.</summary>
    public float? MaximumMedianError =>
        Tolerance.TryGetProperty("rounded_activations_vs_exact_median_position_rms", out var value)
            ? value.GetSingle()
            : null;

    public float? MaximumErrorOfHalfCache =>
        Tolerance.TryGetProperty("f16_cache_vs_exact_max", out var value) ? value.GetSingle() : null;

    public int[] Tokens(string sequence) =>
        [.. Sequence(sequence).GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32())];

    /// <summary>The golden numbers: of every position, or of the last where the file has no more.</summary>
    public float[] Expected(string sequence, string run)
    {
        var entry = Sequence(sequence).GetProperty("runs").GetProperty(run);
        return Floats(Path.Combine(_folder, entry.GetProperty("file").GetString()!));
    }

    private JsonElement Sequence(string name) => _golden.GetProperty("sequences").GetProperty(name);

    private static float[] Floats(string path) =>
        MemoryMarshal.Cast<byte, float>(System.IO.File.ReadAllBytes(path)).ToArray();

    private static JsonElement Parse(string path)
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    private static Dictionary<string, ConformanceModel> ReadIndex()
    {
        var models = new Dictionary<string, ConformanceModel>();
        var index = Parse(SharedData.PathOf("conformance", "architectures", "index.json"));
        foreach (var entry in index.GetProperty("models").EnumerateArray())
        {
            string name = entry.GetProperty("name").GetString()!;
            string folder = SharedData.PathOf("conformance", "architectures", name);
            bool isEncoder = entry.GetProperty("arch").GetString() is "bert" or "nomic-bert";
            models.Add(name, new ConformanceModel(name, folder, entry.GetProperty("tolerance"), isEncoder));
        }
        return models;
    }
}
