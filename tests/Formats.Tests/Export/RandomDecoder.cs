// A small decoder of random weights with a tokenizer of a few tokens.
using Tern.Formats.Export;
using Tern.Tensors;

namespace Tern.Formats.Tests.Export;

internal static class RandomDecoder
{
    public const string TokenizerJson = """
        {"added_tokens":[{"id":3,"content":"<s>","special":true},{"id":4,"content":"</s>","special":true}],
         "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":true},
         "model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}}
        """;

    public const string TokenizerConfigJson = """
        {"bos_token":"<s>","eos_token":"</s>","pad_token":"<s>","add_bos_token":true,"chat_template":"{{ messages }}"}
        """;

    // Rows of 256 elements, so that every block format fits.
    public static DecoderShape Shape { get; } =
        new()
        {
            Architecture = "llama",
            Layers = 2,
            Width = 256,
            Heads = 4,
            KvHeads = 2,
            HeadLength = 64,
            FeedForward = 512,
            Vocabulary = 40,
            Context = 64,
            RopeBase = 50000,
            Epsilon = 1e-6f,
        };

    public static Dictionary<string, Tensor> Weights(DecoderShape shape)
    {
        var random = new Random(11);
        return shape
            .Tensors()
            .ToDictionary(
                pair => pair.Key,
                pair =>
                {
                    var values = new float[pair.Value.Aggregate(1L, (a, b) => a * b)];
                    foreach (ref float value in values.AsSpan())
                        value = random.NextSingle() - 0.5f;
                    return Tensor.FromValues(pair.Key, values, pair.Value);
                },
                StringComparer.Ordinal
            );
    }

    public static ModelExport Export(DecoderShape shape) =>
        new("tiny", shape, Weights(shape), TokenizerJson, TokenizerConfigJson);
}
