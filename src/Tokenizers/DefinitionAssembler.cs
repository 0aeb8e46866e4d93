// Owns how GGUF's tokenizer.ggml.* values become a pipeline, with the defaults that llama.cpp (src/llama-vocab.cpp) applies
// where a key is absent: files rely on them.
using System.Text;
using Tern.Tokenizers.Bpe;
using Tern.Tokenizers.Normalizers;
using Tern.Tokenizers.PreTokenizers;
using Tern.Tokenizers.Unigram;
using Tern.Tokenizers.Vocabularies;
using Tern.Tokenizers.WordPiece;

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
            "gpt2" => AssembleByteLevel(),
            "gemma4" => AssembleGemma4(),
            "t5" => AssembleUnigram(),
            "bert" => AssembleWordPiece(),
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

    private PipelineTokenizer AssembleByteLevel()
    {
        string name = definition.PreTokenizer ?? "default";
        if (name is "gemma4" or "sarvam-moe")
            return AssembleGemma4();
        var recipe = PreTokenizerCatalog.Find(name);
        var special = ReadSpecialTokens(bos: 11, eos: 11, unknown: null, pad: null);
        return Compose(
            special,
            new BpeTokenizer(vocabulary, Merges(), special.Unknown, recipe.WholeWordsFirst),
            ByteLevelBytes,
            addsBos: definition.AddBos ?? recipe.AddsBos,
            addsEos: definition.AddEos ?? false,
            addsSeparator: definition.AddSeparator ?? recipe.AddsSeparator,
            preTokenizer: recipe.Create()
        );
    }

    // Gemma 4 merges characters of marked text by rules, and cuts only at line ends.
    private PipelineTokenizer AssembleGemma4()
    {
        var special = ReadSpecialTokens(bos: null, eos: null, unknown: null, pad: null);
        return Compose(
            special,
            new CharacterBpeTokenizer(vocabulary, Merges(), special.Unknown, usesBytes: true, fusesUnknown: false)
            {
                WholeWordsFirst = static word => word.TrimStart('\n').IsEmpty,
            },
            SentencePieceBytes,
            addsBos: definition.AddBos ?? special.Bos is not null,
            addsEos: definition.AddEos ?? false,
            normalizer: new SpaceMarkNormalizer(addsPrefix: false),
            preTokenizer: new PreTokenizerRecipe([@"[^\n]+|[\n]+"]).Create()
        );
    }

    private PipelineTokenizer AssembleUnigram()
    {
        bool addsSpace = definition.AddSpacePrefix ?? true;
        var special = ReadSpecialTokens(bos: null, eos: 1, unknown: 2, pad: 0);
        var rules = definition.PrecompiledCharsmap.IsEmpty
            ? null
            : new PrecompiledCharsmap(definition.PrecompiledCharsmap.Span, "tokenizer.ggml.precompiled_charsmap");
        return Compose(
            special,
            new UnigramTokenizer(vocabulary, Scores(), special.Unknown, bytesForUnknown: false),
            SentencePieceBytes,
            addsBos: definition.AddBos ?? false,
            addsEos: definition.AddEos ?? true,
            normalizer: new SentencePieceNormalizer(rules, addsSpace, definition.RemoveExtraWhitespace ?? false),
            addsSpace: addsSpace
        );
    }

    private PipelineTokenizer AssembleWordPiece()
    {
        var special = ReadSpecialTokens(bos: 101, eos: null, unknown: 100, pad: 0);
        if (definition.ClsToken is not null)
            special = special with { Bos = Id(definition.ClsToken, "cls_token_id", null) };
        int unknown =
            special.Unknown
            ?? throw new TokenizerFormatException(
                "tokenizer.ggml.unknown_token_id",
                "names no token, but WordPiece needs one"
            );
        bool lowercases = definition.Lowercase ?? true;
        string mark = SpaceMarkNormalizer.Mark.ToString();
        return Compose(
            special,
            // GGUF marks the tokens that start a word, where BERT's own vocabulary marks the others with ##.
            new WordPieceTokenizer(vocabulary, startMark: mark, continuationMark: "", unknown),
            SentencePieceBytes,
            addsBos: definition.AddBos ?? true,
            addsEos: definition.AddEos ?? false,
            addsSeparator: definition.AddSeparator ?? true,
            normalizer: new BertNormalizer(
                cleans: true,
                isolatesChinese: true,
                stripsAccents: definition.StripAccents ?? lowercases,
                lowercases
            ),
            preTokenizer: new BertPreTokenizer(),
            addsSpace: true
        );
    }

    private PipelineTokenizer Compose(
        SpecialTokens special,
        WordTokenizer algorithm,
        Func<int, byte[]> bytesOf,
        bool addsBos,
        bool addsEos,
        bool addsSeparator = false,
        Normalizer? normalizer = null,
        PreTokenizer? preTokenizer = null,
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
            Suffix =
            [
                .. addsSeparator ? [Required(Separator(), "add_sep_token", "seperator_token_id")] : (int[])[],
                .. addsEos ? [Required(special.Eos, "add_eos_token", "eos_token_id")] : (int[])[],
            ],
            AddsSpacePrefix = addsSpace,
        };

    private static int Required(int? id, string flag, string key) =>
        id
        ?? throw new TokenizerFormatException(
            $"tokenizer.ggml.{flag}",
            $"is true, but tokenizer.ggml.{key} names no token"
        );

    private int? Separator() =>
        Id(definition.SeparatorToken, "seperator_token_id", definition.Model == "bert" ? 102 : null);

    private byte[] ByteLevelBytes(int id)
    {
        string text = vocabulary.TextOf(id);
        return vocabulary.TypeOf(id) switch
        {
            TokenType.Normal or TokenType.Undefined or TokenType.Byte => ByteAlphabet.Decode(text),
            _ => Encoding.UTF8.GetBytes(text),
        };
    }

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

    private (string Left, string Right)[] Merges()
    {
        var merges =
            definition.Merges
            ?? throw new TokenizerFormatException(
                "tokenizer.ggml.merges",
                "is missing, but this model merges by rules"
            );
        var rules = new (string, string)[merges.Count];
        for (int i = 0; i < rules.Length; i++)
        {
            // The first character may itself be a space.
            int separator = merges[i].Length > 1 ? merges[i].IndexOf(' ', 1) : -1;
            if (separator < 0)
                throw new TokenizerFormatException(
                    $"tokenizer.ggml.merges[{i}]",
                    $"'{merges[i]}' is no merge; two parts with a space between them are needed"
                );
            rules[i] = (merges[i][..separator], merges[i][(separator + 1)..]);
        }
        return rules;
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
