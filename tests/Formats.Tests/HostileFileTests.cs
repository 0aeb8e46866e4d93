// Every malformed or unusual file of the conformance data: loads, or fails with a message that names the cause.
using System.Text.Json;
using Tern.Formats.Safetensors;
using Tern.Testing;

namespace Tern.Formats.Tests;

public class HostileFileTests
{
    private static readonly JsonElement[] Cases = SharedData.Root is null
        ? []
        :
        [
            .. JsonDocument
                .Parse(File.ReadAllBytes(PathOf("manifest.json")))
                .RootElement.GetProperty("files")
                .EnumerateArray(),
        ];

    public static TheoryData<string> Files => [.. Cases.Select(c => c.GetProperty("file").GetString()!)];

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void A_hostile_file_is_refused_with_its_cause_and_an_unusual_one_loads(string name)
    {
        var entry = Cases.Single(c => c.GetProperty("file").GetString() == name);
        bool ours = entry.GetProperty("stage").GetString() is "container" or "shards";
        string expect = ours ? entry.GetProperty("expect").GetString()! : "load";
        var error = Record.Exception(() => Open(PathOf(name)));
        if (expect == "load")
            Assert.Null(error);
        if (expect == "error")
            Assert.NotNull(error);
        if (error is null)
            return;
        Assert.IsType<ModelFormatException>(error);
        Assert.StartsWith(PathOf(name), error.Message, StringComparison.Ordinal);
        if (entry.TryGetProperty("message_mentions_one_of", out var words))
        {
            string said = error.Message[PathOf(name).Length..];
            Assert.Contains(
                words.EnumerateArray(),
                word => said.Contains(word.GetString()!, StringComparison.OrdinalIgnoreCase)
            );
        }
    }

    private static void Open(string path)
    {
        using IDisposable opened = path.EndsWith(".gguf", StringComparison.Ordinal)
            ? ModelFile.Open(path)
            : SafetensorsReader.Open(path);
    }

    private static string PathOf(string name) => SharedData.PathOf("conformance", "hostile-files", name);
}
