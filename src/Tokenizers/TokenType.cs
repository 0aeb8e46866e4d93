// Owns the kinds of tokens, numbered as GGUF's tokenizer.ggml.token_type numbers them.
namespace Tern.Tokenizers;

/// <summary>What a token is for (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, tokenizer.ggml.token_type).</summary>
public enum TokenType
{
    /// <summary>Not stated; treated as <see cref="Normal"/> text.</summary>
    Undefined = 0,

    /// <summary>A piece of text.</summary>
    Normal = 1,

    /// <summary>Stands for text outside the vocabulary.</summary>
    Unknown = 2,

    /// <summary>Structure, not text: recognised in text only when special tokens are parsed.</summary>
    Control = 3,

    /// <summary>Text that is always one token wherever it occurs.</summary>
    UserDefined = 4,

    /// <summary>A hole in the vocabulary.</summary>
    Unused = 5,

    /// <summary>One byte, spelled <c>&lt;0xAB&gt;</c>.</summary>
    Byte = 6,
}
