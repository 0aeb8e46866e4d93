// Owns the proof on real weights: the greedy story of a trained model, id for id.
using System.Text.Json;
using Tern.Formats;
using Tern.Formats.Gguf;
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

    [SharedTheory]
    [InlineData(GgufFileType.Q8_0)]
    [InlineData(GgufFileType.Q4_0)]
    public void Rounded_activations_change_perplexity_by_less_than_half_a_percent(GgufFileType type)
    {
        string path = Path.Combine(Path.GetTempPath(), $"tern-{Guid.NewGuid():N}.gguf");
        try
        {
            using (var source = ModelFile.Open(SharedData.PathOf("models", "stories260K", "stories260K.gguf")))
                GgufQuantizer.Quantize(source, path, type);
            double exact = Perplexity(path, Backends.Reference);
            double rounded = Perplexity(path, Backends.Rounding);
            Assert.NotEqual(exact, rounded);
            Assert.InRange(rounded / exact, 0.995, 1.005);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Of the golden story after its prompt.</summary>
    private static double Perplexity(string path, string backendName)
    {
        using var golden = JsonDocument.Parse(
            File.ReadAllBytes(SharedData.PathOf("models", "stories260K", "golden.json"))
        );
        int[] Ids(string key) => [.. golden.RootElement.GetProperty(key).EnumerateArray().Select(id => id.GetInt32())];

        int[] tokens = [.. Ids("prompt_ids"), .. Ids("ids")];
        int told = Ids("ids").Length;
        using var file = ModelFile.Open(path);
        using var backend = Backends.Create(backendName);
        using var model = ModelLoader.Load(file, backend);
        using var runner = new Runner(model);
        float[] logits = runner.Forward((runner.Add(), tokens));
        double sum = 0;
        for (int at = tokens.Length - told; at < tokens.Length; at++)
        {
            var row = logits.AsSpan((at - 1) * runner.Width, runner.Width);
            double largest = row.ToArray().Max();
            double total = row.ToArray().Sum(value => Math.Exp(value - largest));
            sum += largest + Math.Log(total) - row[tokens[at]];
        }
        return Math.Exp(sum / told);
    }
}
