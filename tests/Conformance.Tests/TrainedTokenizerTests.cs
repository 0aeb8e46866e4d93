// Owns the proof that Hugging Face's own tokenizers read a trained tokenizer.json as Tern does.
using System.Diagnostics;
using System.Text.Json;
using Tern.Tokenizers.Training;

namespace Tern.Conformance.Tests;

public class TrainedTokenizerTests
{
    // JavaScript's Digits component cuts at ASCII digits alone, where the Rust library and Tern cut at all of Unicode's.
    private const string OtherNumbers = " ４５ ½ Ⅷ";

    private static readonly string[] Texts =
    [
        "",
        "Hello, world! It's 2024, they're 12345 and I'LL go.",
        "  two  spaces\tand a tab \r\n\r\n and lines\n\n\nend  ",
        "über Größe, naïve café e\u0301; наша вода; 水の上 123" + OtherNumbers,
        "🦙🦙 👩‍👩‍👧 𝐀𝐁 \u00a0\u3000x\u2028y",
        "<|im_start|>user\nhello there<|im_end|>\n<|im_start|>assistant\n",
        "a<|endoftext|>b <|im_end <|im_end|>",
        "the the the then theory thereof, 'the' \"there\" (them) [then] {these}/those\\that",
    ];

    public static TheoryData<string> PreTokenizers => [.. BpeTrainingOptions.PreTokenizers];

    [PeerTheory]
    [MemberData(nameof(PreTokenizers))]
    public async Task The_javascript_tokenizers_give_the_same_ids(string preTokenizer)
    {
        string[] texts =
            preTokenizer == "starcoder"
                ? [.. Texts.Select(text => text.Replace(OtherNumbers, "", StringComparison.Ordinal))]
                : Texts;
        var vocabulary = BpeTrainer.Train(
            texts.Concat(texts).Concat(File.ReadLines(Scenario.Path)),
            new BpeTrainingOptions
            {
                VocabularySize = 600,
                PreTokenizer = preTokenizer,
                SpecialTokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
                BosToken = "<|endoftext|>",
                EosToken = "<|im_end|>",
                AddBos = true,
            }
        );
        var found = await AskAsync(vocabulary, texts);
        var tokenizer = vocabulary.CreateTokenizer();
        foreach (var (text, result) in texts.Zip(found))
        {
            Assert.Equal(tokenizer.Encode(text), result.Ids);
            Assert.Equal("<|endoftext|>" + text, result.Text);
        }
    }

    private static async Task<Result[]> AskAsync(TrainedVocabulary vocabulary, string[] texts)
    {
        var folder = Directory.CreateTempSubdirectory("tern-tokenizer-");
        try
        {
            string[] files =
            [
                Write("tokenizer.json", vocabulary.ToTokenizerJson()),
                Write("tokenizer_config.json", vocabulary.ToTokenizerConfigJson()),
                Write("texts.json", JsonSerializer.Serialize(texts)),
            ];
            var start = new ProcessStartInfo("node", [Path.Combine(Peers.Folder, "tokenize.mjs"), .. files])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            };
            using var node = Process.Start(start)!;
            var output = node.StandardOutput.ReadToEndAsync();
            var errors = node.StandardError.ReadToEndAsync();
            await node.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.True(node.ExitCode == 0, await errors);
            return JsonSerializer.Deserialize<Result[]>(await output, JsonSerializerOptions.Web)!;
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        string Write(string name, string content)
        {
            string path = Path.Combine(folder.FullName, name);
            File.WriteAllText(path, content);
            return path;
        }
    }

    private sealed record Result(int[] Ids, string Text);
}
