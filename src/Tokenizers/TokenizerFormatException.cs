// Owns how a tokenizer's data is refused: which field, and what is wrong with it.
namespace Tern.Tokenizers;

/// <summary>A vocabulary or its rules are malformed, inconsistent or of an unknown kind.</summary>
public sealed class TokenizerFormatException : FormatException
{
    /// <summary>Creates the refusal of one field.</summary>
    /// <param name="field">The field's path, for example <c>tokenizer.ggml.merges[7]</c> or <c>model.vocab</c>.</param>
    /// <param name="problem">What is wrong, with the value, and what would be right.</param>
    /// <param name="inner">The cause, if another exception reported it.</param>
    public TokenizerFormatException(string field, string problem, Exception? inner = null)
        : base($"{field}: {problem}", inner) => Field = field;

    /// <summary>The field's path.</summary>
    public string Field { get; }
}
