// Owns how GGUF's tokenizer.ggml.* values become a pipeline, with the defaults that llama.cpp (src/llama-vocab.cpp) applies
// where a key is absent: files rely on them.
using System.Text;
using Tern.Tokenizers.Bpe;
using Tern.Tokenizers.Normalizers;
using Tern.Tokenizers.Vocabularies;

namespace Tern.Tokenizers;

/// <summary>Assembles one tokenizer.</summary>
internal sealed class DefinitionAssembler
{
    private readonly TokenizerDefinition definition;
    private readonly Vocabulary vocabulary;

    public DefinitionAssembler(TokenizerDefinition definition)
    {
        this.definition = definition;
        vocabulary = ReadVocabulary(definition);
    }

    public Tokenizer Assemble() =>
        definition.Model switch
        {
            "llama" => AssembleSentencePiece(),
            var other => throw new TokenizerFormatException(
                "tokenizer.ggml.model",
                $"'{other}' is no known tokenizer model; known are llama, gpt2, t5, bert and gemma4"
            ),
        };

    private PipelineTokenizer AssembleSentencePiece()
    {
        bool addsSpace = definition.AddSpacePrefix ?? true;
        var special = ReadSpecialTokens(bos: 1, eos: 2, unknown: 0, pad: null);
        return Compose(
            special,
            new SentencePieceTokenizer(vocabulary, Scores(), special.Unknown),
            SentencePieceBytes,
            addsBos: definition.AddBos ?? true,
            addsEos: definition.AddEos ?? false,
            normalizer: new SpaceMarkNormalizer(addsSpace),
            addsSpace: addsSpace
        );
    }

    private PipelineTokenizer Compose(
        SpecialTokens special,
        WordTokenizer algorithm,
        Func<int, byte[]> bytesOf,
        bool addsBos,
        bool addsEos,
        Normalizer? normalizer = null,
        PreTokenizers.PreTokenizer? preTokenizer = null,
        bool addsSpace = false
    ) =>
        new(AddedTokens(), [])
        {
            Vocabulary = vocabulary,
            Bytes = new TokenBytes(vocabulary.Count, bytesOf),
            Algorithm = algorithm,
            Normalizer = normalizer,
            PreTokenizer = preTokenizer,
            Special = special,
            Prefix = addsBos ? [Required(special.Bos, "add_bos_token", "bos_token_id")] : [],
            Suffix = addsEos ? [Required(special.Eos, "add_eos_token", "eos_token_id")] : [],
            AddsSpacePrefix = addsSpace,
        };

    private static int Required(int? id, string flag, string key) =>
        id
        ?? throw new TokenizerFormatException(
            $"tokenizer.ggml.{flag}",
            $"is true, but tokenizer.ggml.{key} names no token"
        );

    private byte[] SentencePieceBytes(int id)
    {
        string text = vocabulary.TextOf(id);
        return vocabulary.TypeOf(id) switch
        {
            TokenType.Byte when Vocabulary.TryParseByte(text, out byte value) => [value],
            TokenType.Control or TokenType.Unknown or TokenType.UserDefined => Encoding.UTF8.GetBytes(text),
            _ => Encoding.UTF8.GetBytes(text.Replace(SpaceMarkNormalizer.Mark, ' ')),
        };
    }

    private List<AddedToken> AddedTokens()
    {
        // Phi-3's special tokens swallow the white space after them; GGUF has no key for that, so llama.cpp goes by the name.
        bool isPhi3 =
            definition.ModelName is { } name
            && (
                name.Contains("phi-3", StringComparison.OrdinalIgnoreCase)
                || name.Contains("phi3", StringComparison.OrdinalIgnoreCase)
            );
        var added = new List<AddedToken>();
        for (int id = 0; id < vocabulary.Count; id++)
        {
            var type = vocabulary.TypeOf(id);
            if (type is not (TokenType.Control or TokenType.UserDefined or TokenType.Unknown))
                continue;
            string text = vocabulary.TextOf(id);
            added.Add(
                new AddedToken(id, text, IsControl: type != TokenType.UserDefined)
                {
                    StripsRight = isPhi3 && text is not ("<unk>" or "<s>" or "<|endoftext|>"),
                }
            );
        }
        return added;
    }

    private SpecialTokens ReadSpecialTokens(int? bos, int? eos, int? unknown, int? pad)
    {
        int? eosToken = Id(definition.EosToken, "eos_token_id", eos);
        return new SpecialTokens(
            Id(definition.BosToken, "bos_token_id", bos),
            eosToken,
            Id(definition.UnknownToken, "unknown_token_id", unknown),
            Id(definition.PadToken, "padding_token_id", pad),
            SpecialTokens.FindEnds(
                vocabulary,
                [
                    eosToken,
                    Id(definition.EotToken, "eot_token_id", null),
                    Id(definition.EomToken, "eom_token_id", null),
                    .. definition.FillInMiddleEndTokens.Select(id => Id(id, "fim_*_token_id", null)),
                ]
            )
        );
    }

    /// <summary>The id if the file gives one, else the default if the vocabulary reaches that far.</summary>
    private int? Id(long? id, string key, int? otherwise)
    {
        if (id is null)
            return otherwise < vocabulary.Count ? otherwise : null;
        if (id < 0 || id >= vocabulary.Count)
        {
            // Files write 2^32-1 (or -1) for "none".
            if (id is -1 or uint.MaxValue)
                return null;
            throw new TokenizerFormatException(
                $"tokenizer.ggml.{key}",
                $"{id} is not an id of the vocabulary of {vocabulary.Count} tokens"
            );
        }
        return (int)id;
    }

    private IReadOnlyList<float> Scores()
    {
        var scores =
            definition.Scores
            ?? throw new TokenizerFormatException(
                "tokenizer.ggml.scores",
                "is missing, but this model merges by scores"
            );
        CheckLength("scores", scores.Count, definition.Tokens.Count);
        return scores;
    }

    private static Vocabulary ReadVocabulary(TokenizerDefinition definition)
    {
        var tokens = definition.Tokens;
        if (tokens is null or { Count: 0 })
            throw new TokenizerFormatException(
                "tokenizer.ggml.tokens",
                "the vocabulary is empty; at least one token is needed"
            );
        if (definition.Scores is { } scores)
            CheckLength("scores", scores.Count, tokens.Count);
        if (definition.TokenTypes is { } numbers)
            CheckLength("token_type", numbers.Count, tokens.Count);
        var types = new TokenType[tokens.Count];
        for (int id = 0; id < types.Length; id++)
        {
            types[id] = definition.TokenTypes?[id] switch
            {
                null => TokenType.Normal,
                >= 0 and <= (int)TokenType.Byte and var number => (TokenType)number,
                var number => throw new TokenizerFormatException(
                    $"tokenizer.ggml.token_type[{id}]",
                    $"{number} is no token type; known are 0 to {(int)TokenType.Byte}"
                ),
            };
        }
        return new Vocabulary([.. tokens], types);
    }

    private static void CheckLength(string key, int length, int expected)
    {
        if (length != expected)
            throw new TokenizerFormatException(
                $"tokenizer.ggml.{key}",
                $"has a length of {length}, but tokenizer.ggml.tokens has {expected}"
            );
    }
}
