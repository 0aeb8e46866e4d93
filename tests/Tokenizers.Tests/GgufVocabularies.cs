// Owns how tests get tokenizers out of GGUF files, once per file.
using System.Collections.Concurrent;
using Tern.Formats;
using Tern.Testing;

namespace Tern.Tokenizers.Tests;

internal static class GgufVocabularies
{
    public static readonly string[] Names =
    [
        "bert-bge",
        "deepseek-llm",
        "falcon",
        "gpt-2",
        "llama-bpe",
        "llama-spm",
        "phi-3",
        "qwen2",
        "starcoder",
    ];

    private static readonly ConcurrentDictionary<string, Lazy<(TokenizerDefinition, Tokenizer)>> Opened = new(
        StringComparer.Ordinal
    );

    public static TheoryData<string> All => [.. Names];

    public static string PathOf(string name) => SharedData.PathOf("tokenizers", name, $"ggml-vocab-{name}.gguf");

    public static Tokenizer Tokenizer(string name) => Open(PathOf(name)).Tokenizer;

    public static TokenizerDefinition Definition(string name) => Open(PathOf(name)).Definition;

    public static (TokenizerDefinition Definition, Tokenizer Tokenizer) Open(string path) =>
        Opened
            .GetOrAdd(
                path,
                key =>
                    new(() =>
                    {
                        var definition = ReadDefinition(key);
                        return (definition, TokenizerFactory.Create(definition));
                    })
            )
            .Value;

    /// <summary>The recorded texts; a separator follows each of them.</summary>
    public static string[] Texts(string name) =>
        File.ReadAllText(PathOf(name) + ".inp").Split("\n__ggml_vocab_test__\n")[..^1];

    public static TokenizerDefinition ReadDefinition(string path)
    {
        using var file = ModelFile.Open(path);
        var data = file.Metadata;
        string Key(string name) => "tokenizer.ggml." + name;
        long? Id(string name) => data.Contains(Key(name)) ? Convert.ToInt64(data.Values[Key(name)]) : null;
        bool? Flag(string name) => data.Contains(Key(name)) ? data.GetBool(Key(name), false) : null;
        return new TokenizerDefinition
        {
            Model = data.GetString(Key("model"), null) ?? "",
            PreTokenizer = data.GetString(Key("pre"), null),
            ModelName = data.GetString("general.name", null),
            Tokens = data.GetStrings(Key("tokens")),
            Scores = data.Contains(Key("scores")) ? data.GetFloats(Key("scores")) : null,
            TokenTypes = data.Contains(Key("token_type")) ? data.GetInts(Key("token_type")) : null,
            Merges = data.Contains(Key("merges")) ? data.GetStrings(Key("merges")) : null,
            BosToken = Id("bos_token_id"),
            EosToken = Id("eos_token_id"),
            UnknownToken = Id("unknown_token_id"),
            SeparatorToken = Id("seperator_token_id"),
            PadToken = Id("padding_token_id"),
            ClsToken = Id("cls_token_id"),
            MaskToken = Id("mask_token_id"),
            AddBos = Flag("add_bos_token"),
            AddEos = Flag("add_eos_token"),
            AddSpacePrefix = Flag("add_space_prefix"),
        };
    }
}
