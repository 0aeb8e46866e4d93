// Owns the proof that a trained tokenizer is the same one after the export, from either kind of file.
using Tern.Engine.Loading;
using Tern.Formats;
using Tern.Formats.Export;
using Tern.Formats.Gguf;
using Tern.Tensors;
using Tern.Tokenizers.Training;

namespace Tern.Engine.Tests.Loading;

public sealed class ExportedTokenizerTests
{
    private const string Template = "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>\n{% endfor %}";

    private static readonly string[] Texts =
    [
        "The tern flies from pole to pole; 71000 kilometres a year.",
        "It's  here,\n\n they're THERE: 3.14159 « ça va » 東京 🦙",
        "<|im_start|>user\nHow far?<|im_end|>\n",
    ];

    public static TheoryData<string> PreTokenizers => [.. BpeTrainingOptions.PreTokenizers];

    [Theory]
    [MemberData(nameof(PreTokenizers))]
    public void A_trained_tokenizer_reads_texts_alike_from_memory_from_gguf_and_from_a_directory(string preTokenizer)
    {
        var vocabulary = BpeTrainer.Train(
            Texts.Concat(Texts),
            new BpeTrainingOptions
            {
                VocabularySize = 330,
                PreTokenizer = preTokenizer,
                SpecialTokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
                BosToken = "<|endoftext|>",
                EosToken = "<|im_end|>",
                PadToken = "<|endoftext|>",
                AddBos = preTokenizer != "gpt-2",
                ChatTemplate = Template,
            }
        );
        var shape = new DecoderShape
        {
            Architecture = "llama",
            Layers = 1,
            Width = 4,
            Heads = 1,
            KvHeads = 1,
            HeadLength = 4,
            FeedForward = 4,
            Vocabulary = 384, // more rows than tokens
            Context = 16,
        };
        var weights = shape
            .Tensors()
            .ToDictionary(pair => pair.Key, pair => Tensor.Allocate(pair.Key, DType.F32, pair.Value));
        var export = new ModelExport(
            "tiny",
            shape,
            weights,
            vocabulary.ToTokenizerJson(),
            vocabulary.ToTokenizerConfigJson()
        );
        var folder = Directory.CreateTempSubdirectory("tern-export-");
        try
        {
            string gguf = Path.Combine(folder.FullName, "model.gguf");
            string directory = Path.Combine(folder.FullName, "model");
            export.WriteGguf(gguf, GgufFileType.F32);
            export.WriteHuggingFace(directory, DType.F32);
            var expected = vocabulary.CreateTokenizer();
            foreach (string path in (string[])[gguf, directory])
            {
                using var file = ModelFile.Open(path);
                var found = TokenizerReader.Read(file);
                Assert.Equal(expected.BosToken, found.BosToken);
                Assert.Equal(expected.EosToken, found.EosToken);
                Assert.Equal(expected.PadToken, found.PadToken);
                Assert.Equal(expected.AddsBos, found.AddsBos);
                Assert.Equal(expected.EndTokens.Order(), found.EndTokens.Order());
                foreach (string text in Texts)
                {
                    var ids = expected.Encode(text);
                    Assert.Equal(ids, found.Encode(text));
                    Assert.Equal(expected.Encode(text, parseSpecial: false), found.Encode(text, parseSpecial: false));
                    Assert.Equal(expected.Decode(ids), found.Decode(ids));
                }
                Assert.Equal(Template, ChatTemplateReader.Read(file));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
