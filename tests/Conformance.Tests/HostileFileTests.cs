// Owns the promise that a hostile file, taken the whole way from opening to chatting, ends in success or in one clear
// message of ours, in bounded time.
using System.Text.Json;
using Tern.Testing;

namespace Tern.Conformance.Tests;

public class HostileFileTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    public static TheoryData<string> Files
    {
        get
        {
            using var manifest = Manifest();
            return
            [
                .. manifest
                    .RootElement.GetProperty("files")
                    .EnumerateArray()
                    .Select(entry => entry.GetProperty("file").GetString()!)
                    .Where(file => file.EndsWith(".gguf", StringComparison.Ordinal)),
            ];
        }
    }

    [SharedTheory]
    [MemberData(nameof(Files))]
    public async Task A_hostile_file_loads_and_answers_or_fails_with_a_message_of_ours(string file)
    {
        using var manifest = Manifest();
        var entry = manifest
            .RootElement.GetProperty("files")
            .EnumerateArray()
            .Single(item => item.GetProperty("file").GetString() == file);
        string path = SharedData.PathOf("conformance", "hostile-files", file);
        var failure = await Record.ExceptionAsync(() => Task.Run(() => HostileFile.UseAsync(path)).WaitAsync(s_limit));
        if (failure is not null)
        {
            Assert.True(HostileFile.IsRefusal(failure), $"{file}: {failure.GetType()}: {failure.Message}");
        }
        // A container may lack what a whole model needs; only the manifest's errors must be errors.
        if (entry.GetProperty("expect").GetString() != "error")
            return;
        Assert.NotNull(failure);
        if (entry.TryGetProperty("message_mentions_one_of", out var words))
            Assert.Contains(
                words.EnumerateArray(),
                word => failure.Message.Contains(word.GetString()!, StringComparison.OrdinalIgnoreCase)
            );
    }

    private static JsonDocument Manifest() =>
        JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("conformance", "hostile-files", "manifest.json")));
}
