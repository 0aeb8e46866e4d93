// Owns the pre-tokenizers that GGUF's tokenizer.ggml.pre names: the regular expressions that the models' publishers give in
// their tokenizer.json files. Names, and splitting in several passes, as in llama.cpp (src/llama-vocab.cpp).
namespace Tern.Tokenizers.PreTokenizers;

/// <summary>Finds recipes by name.</summary>
internal static class PreTokenizerCatalog
{
    private const string Contractions = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
    /// <summary>GPT-2's words (encoder.py); white space before the last of a run stays between matches.</summary>
    public const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)";
    private const string Llama3Tail = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Llama3 = Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + Llama3Tail;
    private const string Qwen2 = Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + Llama3Tail;
    private const string Upper = @"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]";
    private const string Lower = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";
    private const string CasedTail = @"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Tekken =
        @"[^\r\n\p{L}\p{N}]?"
        + Upper
        + "*"
        + Lower
        + @"+|[^\r\n\p{L}\p{N}]?"
        + Upper
        + "+"
        + Lower
        + @"*|\p{N}"
        + CasedTail;
    private const string CasedWords =
        @"[^\r\n\p{L}\p{N}]?"
        + Upper
        + "*"
        + Lower
        + "+"
        + Contractions
        + @"?|[^\r\n\p{L}\p{N}]?"
        + Upper
        + "+"
        + Lower
        + "*"
        + Contractions
        + "?";
    private const string Gpt4o = CasedWords + @"|\p{N}{1,3}" + CasedTail;
    private const string Cjk = "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+";
    private const string DeepSeek3Words =
        @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+";
    private const string DeepSeek3 = DeepSeek3Words + @"[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string HanAndHangul = "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+";
    private const string Bloom = " ?[^(\\s|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)]+";

    // \s+$ written so that a long run of spaces inside a text is looked at once, not once per space.
    private const string TrailingSpace = @"(?<!\s)\s+\z";

    // The letters of DeepSeek LLM's own class: cased scripts, up to those beyond U+FFFF.
    private const string DeepSeekLetters =
        "\\s?[A-Za-z"
        + "\u00B5\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u01BA\u01BC-\u01BF\u01C4-\u0293\u0295-\u02AF\u0370-\u0373"
        + "\u0376\u0377\u037B-\u037D\u037F\u0386\u0388-\u038A\u038C\u038E-\u03A1\u03A3-\u03F5\u03F7-\u0481"
        + "\u048A-\u052F\u0531-\u0556\u10A0-\u10C5\u13A0-\u13F5\u13F8-\u13FD\u1C90-\u1CBA\u1CBD-\u1CBF"
        + "\u1D00-\u1D2B\u1D6B-\u1D77\u1D79-\u1D9A\u1E00-\u1F15\u1F18-\u1F1D\u1F20-\u1F45\u1F48-\u1F4D"
        + "\u1F50-\u1F57\u1F59\u1F5B\u1F5D\u1F5F-\u1F7D\u1F80-\u1FB4\u1FB6-\u1FBC\u1FBE\u1FC2-\u1FC4"
        + "\u1FC6-\u1FCC\u1FD0-\u1FD3\u1FD6-\u1FDB\u1FE0-\u1FEC\u1FF2-\u1FF4\u1FF6-\u1FFC\u2102\u2107"
        + "\u210A-\u2113\u2115\u2119-\u211D\u2124\u2126\u2128\u212A-\u212D\u212F-\u2134\u2139\u213C-\u213F"
        + "\u2145-\u2149\u214E\u2183\u2184\u2C00-\u2C7B\u2C7E-\u2CE4\u2CEB-\u2CEE\u2CF2\u2CF3\uA640-\uA66D"
        + "\uA680-\uA69B\uA722-\uA76F\uA771-\uA787\uA78B-\uA78E\uAB70-\uABBF\uFB00-\uFB06\uFB13-\uFB17"
        + "\uFF21-\uFF3A\uFF41-\uFF5A\U00010400-\U0001044F\U000104B0-\U000104D3\U000104D8-\U000104FB"
        + "\U00010C80-\U00010CB2\U00010CC0-\U00010CF2\U000118A0-\U000118DF\U0001E900-\U0001E943"
        + "]+";

    /// <summary>The Han script (Unicode Scripts.txt), as the inside of a class.</summary>
    public const string Han =
        "\u2E80-\u2E99\u2E9B-\u2EF3\u2F00-\u2FD5\u3005\u3007\u3021-\u3029\u3038-\u303B\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFA6D"
        + "\uFA70-\uFAD9\U00016FE2-\U00016FE3\U00016FF0-\U00016FF1\U00020000-\U0002A6DF\U0002A700-\U0002EE5D"
        + "\U0002F800-\U0002FA1D\U00030000-\U000323AF";
    private const string NotHanUpper = @"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}-[" + Han + "]]";
    private const string NotHanLower = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}-[" + Han + "]]";
    private const string KimiK2 =
        "["
        + Han
        + @"]+|[^\r\n\p{L}\p{N}]?"
        + NotHanUpper
        + "*"
        + NotHanLower
        + "+"
        + Contractions
        + @"?|[^\r\n\p{L}\p{N}]?"
        + NotHanUpper
        + "+"
        + NotHanLower
        + "*"
        + Contractions
        + @"?|\p{N}{1,3}"
        + Llama3Tail;

    private static readonly (string[] Names, PreTokenizerRecipe Recipe)[] Recipes =
    [
        (["default"], new([@"[\p{P}\$\+<=>\^~\|]+", Gpt2, @"\p{N}+", "[0-9][0-9][0-9]"])),
        (
            [
                "gpt-2",
                "phi-2",
                "jina-es",
                "jina-de",
                "jina-v2-es",
                "jina-v2-de",
                "gigachat",
                "a.x-4.0",
                "mellum",
                "modern-bert",
                "exaone4",
                "mpt",
                "olmo",
                "jais",
                "trillion",
                "granite-docling",
            ],
            new([Gpt2])
        ),
        (["jina-v1-en", "jina-v2-code", "roberta-bpe"], new([Gpt2], AddsSeparator: true)),
        (
            ["starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b", "mellum2"],
            new([@"\p{N}", Gpt2])
        ),
        (
            ["llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "jina-v5-nano"],
            new([Llama3], WholeWordsFirst: true, AddsBos: true)
        ),
        (["dbrx", "smaug-bpe", "chatglm-bpe", "glm4"], new([Llama3])),
        (
            ["qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "megrez", "stablelm2", "hunyuan", "solar-open", "grok-2"],
            new([Qwen2])
        ),
        (
            ["qwen35"],
            new([
                Contractions
                    + @"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
            ])
        ),
        (["laguna"], new([@"[^\n]+|[\n]+", Qwen2])),
        (["ufakzeka"], new([@"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + Llama3Tail])),
        (
            ["minicpm5"],
            new([@"\p{N}{1,3}", Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+" + Llama3Tail], WholeWordsFirst: true)
        ),
        (
            ["bailingmoe", "bailingmoe2", "llada-moe"],
            new([
                @"'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+",
            ])
        ),
        (
            ["seed-coder"],
            new([Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+"])
        ),
        (
            ["exaone-moe"],
            new([
                Contractions
                    + @"|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+",
            ])
        ),
        (["falcon"], new([@"[\p{P}\$\+<=>\^~\|`]+", Gpt2, "[0-9][0-9][0-9]"])),
        (
            ["deepseek-llm"],
            new([
                @"[\r\n]",
                DeepSeekLetters,
                "\\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+",
                TrailingSpace,
                HanAndHangul,
                @"\p{N}+",
            ])
        ),
        (["deepseek-coder"], new([@"[\r\n]", @"\s?\p{L}+", @"\s?\p{P}+", HanAndHangul, @"\p{N}"])),
        (["deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4"], new([@"\p{N}{1,3}", Cjk, DeepSeek3])),
        (["spark2_5"], new([@"\p{N}{1,3}", Cjk, DeepSeek3Words + @"|[\r\n]|\s+(?!\S)|\s+", @"\p{N}"])),
        (
            ["youtu"],
            new(
                [
                    "[\uAC00-\uD7A3\u3131-\u318E]+|[\uFF01\u2026\u201C\u201D\u2018\u2019\u2014\uFF1A\uFF1B\uFF0C\u3001-\u303F\uFE30-\uFE4F]+|[\u3105-\u312F]+|"
                        + Cjk,
                    CasedWords + @"|\p{N}" + CasedTail,
                ],
                WholeWordsFirst: true
            )
        ),
        (["bloom", "gpt3-finnish", "poro-chat"], new([Bloom])),
        (["viking"], new([Bloom, @"\p{N}"])),
        (["tekken"], new([Tekken], WholeWordsFirst: true, AddsBos: true)),
        (["gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"], new([Gpt4o])),
        (["granite-embed-multi-97m"], new([Gpt4o], WholeWordsFirst: true)),
        (["kimi-k2"], new([KimiK2])),
        (
            ["chameleon"],
            new(
                [
                    "<sentinel:[0-9]+>",
                    "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z",
                    @"([\t\n]|    |  )",
                    @"\p{N}",
                    @"[\p{P}!-/:-@\[-`{-~]",
                    Gpt2,
                ],
                AddsBos: true
            )
        ),
    ];

    /// <summary>The recipe with the name.</summary>
    /// <exception cref="TokenizerFormatException">No recipe has the name.</exception>
    public static PreTokenizerRecipe Find(string name)
    {
        foreach (var (names, recipe) in Recipes)
        {
            if (names.Contains(name))
                return recipe;
        }
        throw new TokenizerFormatException(
            "tokenizer.ggml.pre",
            $"'{name}' is no known pre-tokenizer; known are {string.Join(", ", Names)}"
        );
    }

    /// <summary>All known names.</summary>
    public static IEnumerable<string> Names => Recipes.SelectMany(entry => entry.Names);
}
