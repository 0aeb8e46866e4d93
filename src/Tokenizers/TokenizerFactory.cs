// Owns the two ways to make a tokenizer: from a model file's metadata, and from Hugging Face's tokenizer.json.
using Tern.Tokenizers.HuggingFace;

namespace Tern.Tokenizers;

/// <summary>Makes tokenizers.</summary>
public static class TokenizerFactory
{
    /// <summary>Makes the tokenizer that a model file's <c>tokenizer.ggml.*</c> values describe.</summary>
    /// <exception cref="TokenizerFormatException">The values are inconsistent or of an unknown kind.</exception>
    public static Tokenizer Create(TokenizerDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return new DefinitionAssembler(definition).Assemble();
    }

    /// <summary>Makes the tokenizer that Hugging Face's files describe.</summary>
    /// <param name="tokenizerJson">Content of <c>tokenizer.json</c>.</param>
    /// <param name="tokenizerConfigJson">Content of <c>tokenizer_config.json</c>, or null.</param>
    /// <exception cref="TokenizerFormatException">A file is malformed or names a component of an unknown type.</exception>
    public static Tokenizer FromTokenizerJson(string tokenizerJson, string? tokenizerConfigJson = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizerJson);
        return TokenizerJsonAssembler.Assemble(tokenizerJson, tokenizerConfigJson);
    }
}
