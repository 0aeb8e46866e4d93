// Owns the reading of the golden numbers of the conformance models.
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Tern.Testing;

namespace Tern.Cli.Tests;

internal static class Golden
{
    public static string Story => SharedData.PathOf("models", "stories260K", "stories260K.gguf");

    public static string Model(string name) => SharedData.PathOf("conformance", "architectures", name, "model.gguf");

    public static JsonNode Json(string name) =>
        JsonNode.Parse(File.ReadAllText(SharedData.PathOf("conformance", "architectures", name, "golden.json")))!;

    public static string Tokens(string name) =>
        string.Join(',', Json(name)["sequences"]!["short"]!["tokens"]!.AsArray().Select(token => token!.ToString()));

    public static float[] Exact(string name) =>
        Floats(SharedData.PathOf("conformance", "architectures", name, "short.exact.f32"));

    public static float Tolerance(string name) => (float)Json(name)["tolerance"]!["float32_vs_exact_max"]!;

    public static float[] Floats(string path) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();

    /// <summary>The prompt and the greedy text of stories260K.</summary>
    public static string StoryText()
    {
        var golden = JsonNode.Parse(File.ReadAllText(SharedData.PathOf("models", "stories260K", "golden.json")))!;
        return (string)golden["prompt"]! + (string)golden["text"]!;
    }

    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{i}: {actual[i]} for {expected[i]}");
    }
}
