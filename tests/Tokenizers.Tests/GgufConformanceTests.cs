// Checks ids against llama.cpp's for every vocabulary in the shared data.
using System.Globalization;
using System.Text.Json;
using Tern.Testing;

namespace Tern.Tokenizers.Tests;

public sealed class GgufConformanceTests
{
    public static TheoryData<string> Vocabularies => GgufVocabularies.All;

    [SharedTheory]
    [MemberData(nameof(Vocabularies))]
    public void EveryRecordedTextGetsTheRecordedIds(string name)
    {
        var tokenizer = GgufVocabularies.Tokenizer(name);
        string[] texts = GgufVocabularies.Texts(name);
        int[][] expected =
        [
            .. File.ReadAllLines(GgufVocabularies.PathOf(name) + ".out")
                .Select(line =>
                    line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                        .Select(id => int.Parse(id, CultureInfo.InvariantCulture))
                        .ToArray()
                ),
        ];
        Assert.Equal(texts.Length, expected.Length);
        Assert.True(texts.Length > 40, "the recorded texts are there");
        var wrong = Enumerable
            .Range(0, texts.Length)
            .Where(i => !tokenizer.Encode(texts[i], addSpecial: false, parseSpecial: false).SequenceEqual(expected[i]))
            .Select(i =>
                $"{JsonSerializer.Serialize(texts[i])}\n  got      {string.Join(' ', tokenizer.Encode(texts[i], false, false))}\n  expected {string.Join(' ', expected[i])}"
            )
            .ToArray();
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        if (name != "bert-bge")
            Assert.All(texts.Zip(expected), pair => Assert.Equal(pair.First, tokenizer.Decode(pair.Second)));
    }

    [SharedFact]
    public void TheStoriesModelsPromptGetsItsRecordedIdsAndItsIdsTheirText()
    {
        var (_, tokenizer) = GgufVocabularies.Open(SharedData.PathOf("models", "stories260K", "stories260K.gguf"));
        using var golden = JsonDocument.Parse(
            File.ReadAllText(SharedData.PathOf("models", "stories260K", "golden.json"))
        );
        int[] Ids(string name) =>
            [.. golden.RootElement.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
        string prompt = golden.RootElement.GetProperty("prompt").GetString()!;
        Assert.Equal(Ids("prompt_ids"), tokenizer.Encode(prompt));
        Assert.Equal(prompt, tokenizer.Decode(Ids("prompt_ids"), skipSpecial: true));
        Assert.Equal(golden.RootElement.GetProperty("text").GetString(), tokenizer.Decode(Ids("ids")));
    }
}
