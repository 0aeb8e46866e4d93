// Owns the proof on real weights: the greedy story of a trained model, id for id.
using System.Text.Json;
using Tern.Formats;
using Tern.Testing;

namespace Tern.Models.Tests;

public sealed class StoriesTests
{
    public static TheoryData<string> BackendNames => [Backends.Reference, Backends.Fast, Backends.Rounding];

    [SharedTheory]
    [MemberData(nameof(BackendNames))]
    public void Stories260K_tells_its_story(string backendName)
    {
        using var golden = JsonDocument.Parse(
            File.ReadAllBytes(SharedData.PathOf("models", "stories260K", "golden.json"))
        );
        int[] Ids(string key) => [.. golden.RootElement.GetProperty(key).EnumerateArray().Select(id => id.GetInt32())];

        using var file = ModelFile.Open(SharedData.PathOf("models", "stories260K", "stories260K.gguf"));
        using var backend = Backends.Create(backendName);
        using var model = ModelLoader.Load(file, backend);
        using var runner = new Runner(model);
        int sequence = runner.Add();
        var expected = Ids("ids");
        int[] next = Ids("prompt_ids");
        List<int> story = [];
        while (story.Count < expected.Length)
        {
            var logits = runner.ForwardLast(sequence, next);
            next = [Array.IndexOf(logits, logits.Max())];
            story.AddRange(next);
        }
        Assert.Equal(expected, story);
    }
}
