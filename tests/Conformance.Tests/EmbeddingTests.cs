// Owns the proof that embeddings over HTTP are the reference's.
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tern.Testing;

namespace Tern.Conformance.Tests;

public class EmbeddingTests
{
    [SharedTheory]
    [InlineData("bert", "mean")]
    [InlineData("nomic-bert", "mean")]
    public async Task An_encoders_embeddings_over_http_are_the_references_normalized(string name, string run)
    {
        string folder = SharedData.PathOf("conformance", "architectures", name);
        await using var tern = await TernProcess.ServeModelAsync(Path.Combine(folder, "model.gguf"));
        using var golden = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "golden.json")));
        foreach (string sequence in (string[])["short", "long"])
        {
            var entry = golden.RootElement.GetProperty("sequences").GetProperty(sequence);
            using var response = await tern.Client.PostAsJsonAsync(
                "/v1/embeddings",
                new JsonObject { ["input"] = JsonNode.Parse(entry.GetProperty("tokens").GetRawText()) }
            );
            var answer = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
            float[] actual = [.. answer["data"]![0]!["embedding"]!.AsArray().Select(value => (float)value!)];
            byte[] bytes = await File.ReadAllBytesAsync(
                Path.Combine(folder, entry.GetProperty("runs").GetProperty(run).GetProperty("file").GetString()!)
            );
            float[] expected =
            [
                .. Enumerable.Range(0, bytes.Length / 4).Select(i => BitConverter.ToSingle(bytes, i * 4)),
            ];
            float length = MathF.Sqrt(expected.Sum(x => x * x));
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i] / length, actual[i], 2e-4f);
        }
    }
}
