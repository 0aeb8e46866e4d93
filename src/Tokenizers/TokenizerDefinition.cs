// Owns what a model file says about its tokenizer, free of any container format.
namespace Tern.Tokenizers;

/// <summary>
/// The values of GGUF's <c>tokenizer.ggml.*</c> keys. Null means the key is absent: the default of the
/// <see cref="Model"/> and <see cref="PreTokenizer"/> applies.
/// </summary>
public sealed record TokenizerDefinition
{
    /// <summary><c>tokenizer.ggml.model</c>: llama, gpt2, t5, bert or gemma4.</summary>
    public required string Model { get; init; }

    /// <summary><c>tokenizer.ggml.pre</c>: name of the pre-tokenizer, for gpt2.</summary>
    public string? PreTokenizer { get; init; }

    /// <summary><c>general.name</c>: Phi-3's tokens swallow the space after them, which GGUF states only by this name.</summary>
    public string? ModelName { get; init; }

    /// <summary><c>tokenizer.ggml.tokens</c>: the spelling of each id.</summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary><c>tokenizer.ggml.scores</c>: one per token (llama: merge priority, t5: log probability).</summary>
    public IReadOnlyList<float>? Scores { get; init; }

    /// <summary><c>tokenizer.ggml.token_type</c>: one <see cref="TokenType"/> number per token.</summary>
    public IReadOnlyList<int>? TokenTypes { get; init; }

    /// <summary><c>tokenizer.ggml.merges</c>: "left right", best first, for gpt2.</summary>
    public IReadOnlyList<string>? Merges { get; init; }

    /// <summary><c>tokenizer.ggml.bos_token_id</c>.</summary>
    public long? BosToken { get; init; }

    /// <summary><c>tokenizer.ggml.eos_token_id</c>.</summary>
    public long? EosToken { get; init; }

    /// <summary><c>tokenizer.ggml.eot_token_id</c> (end of turn).</summary>
    public long? EotToken { get; init; }

    /// <summary><c>tokenizer.ggml.eom_token_id</c> (end of message).</summary>
    public long? EomToken { get; init; }

    /// <summary><c>tokenizer.ggml.unknown_token_id</c>.</summary>
    public long? UnknownToken { get; init; }

    /// <summary><c>tokenizer.ggml.seperator_token_id</c> (spelled so in GGUF).</summary>
    public long? SeparatorToken { get; init; }

    /// <summary><c>tokenizer.ggml.padding_token_id</c>.</summary>
    public long? PadToken { get; init; }

    /// <summary><c>tokenizer.ggml.cls_token_id</c>.</summary>
    public long? ClsToken { get; init; }

    /// <summary><c>tokenizer.ggml.mask_token_id</c>.</summary>
    public long? MaskToken { get; init; }

    /// <summary><c>tokenizer.ggml.fim_pad_token_id</c>, <c>fim_rep</c> and <c>fim_sep</c>: they end a completion too.</summary>
    public IReadOnlyList<long> FillInMiddleEndTokens { get; init; } = [];

    /// <summary><c>tokenizer.ggml.add_bos_token</c>.</summary>
    public bool? AddBos { get; init; }

    /// <summary><c>tokenizer.ggml.add_eos_token</c>.</summary>
    public bool? AddEos { get; init; }

    /// <summary><c>tokenizer.ggml.add_sep_token</c>.</summary>
    public bool? AddSeparator { get; init; }

    /// <summary><c>tokenizer.ggml.add_space_prefix</c>.</summary>
    public bool? AddSpacePrefix { get; init; }

    /// <summary><c>tokenizer.ggml.remove_extra_whitespaces</c>, for t5.</summary>
    public bool? RemoveExtraWhitespace { get; init; }

    /// <summary><c>tokenizer.ggml.precompiled_charsmap</c>: SentencePiece's normalization table, for t5.</summary>
    public ReadOnlyMemory<byte> PrecompiledCharsmap { get; init; }

    /// <summary><c>tokenizer.ggml.normalizer.lowercase</c>, for bert.</summary>
    public bool? Lowercase { get; init; }

    /// <summary><c>tokenizer.ggml.normalizer.strip_accents</c>, for bert; follows <see cref="Lowercase"/> when absent.</summary>
    public bool? StripAccents { get; init; }

    /// <summary><c>tokenizer.chat_template</c>, passed through.</summary>
    public string? ChatTemplate { get; init; }
}
