// Owns the conformance data of the quantized types: its index, read once, and its files.
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Tern.Testing;

namespace Tern.Tensors.Tests.Quantization;

/// <summary>One type of the conformance data.</summary>
internal sealed record QuantCase(DType Type, JsonNode Index)
{
    private static readonly Lazy<Dictionary<string, QuantCase>> s_all = new(Read);

    public static QuantCase Of(string type) => s_all.Value[type];

    /// <summary>
    /// The names of all types, for theories; one dummy when there is no data and the theory is skipped.
    /// </summary>
    public static TheoryData<string> Names() => SharedData.Root is null ? ["none"] : [.. s_all.Value.Keys];

    public byte[] Bytes(string part, string key) => File.ReadAllBytes(PathOf((string)Index[part]![key]!));

    public float[] Floats(string part, string key) => MemoryMarshal.Cast<byte, float>(Bytes(part, key)).ToArray();

    private static string PathOf(string file) => SharedData.PathOf("conformance", "quants", file);

    private static Dictionary<string, QuantCase> Read() =>
        JsonNode.Parse(File.ReadAllText(PathOf("index.json")))!["types"]!
            .AsArray()
            .ToDictionary(
                node => (string)node!["type"]!,
                node => new QuantCase((DType)(int)node!["ggml_type"]!, node!)
            );
}
