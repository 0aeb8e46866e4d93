// Owns the way from a tokenizer in Hugging Face's form to the metadata that a GGUF file carries of it.
using Tern.Formats.HuggingFace;

namespace Tern.Formats.Export;

/// <summary>The keys <c>tokenizer.*</c> of a model in memory.</summary>
public static class TokenizerKeys
{
    /// <summary>What converting a directory with these files would write.</summary>
    /// <param name="tokenizerJson">Content of tokenizer.json.</param>
    /// <param name="tokenizerConfigJson">Content of tokenizer_config.json.</param>
    /// <param name="rows">Rows of the token embedding.</param>
    /// <exception cref="ModelFormatException">The tokenizer is damaged, has no counterpart in GGUF, or more tokens than rows.</exception>
    public static IReadOnlyDictionary<string, object> Of(string tokenizerJson, string tokenizerConfigJson, int rows)
    {
        var metadata = new MetadataBuilder("");
        TokenizerMetadata.Write(TokenizerFiles.Parse(tokenizerJson, tokenizerConfigJson), rows, metadata);
        return metadata.Values;
    }
}
