// Owns the two files that a tokenizer is.
using System.Security.Cryptography;
using System.Text;
using Tern.Tokenizers.Training;

namespace Tern.Training.Runs;

/// <summary>A tokenizer in Hugging Face's form.</summary>
/// <param name="TokenizerJson">Content of tokenizer.json.</param>
/// <param name="ConfigJson">Content of tokenizer_config.json, with the chat template.</param>
public sealed record TokenizerFiles(string TokenizerJson, string ConfigJson)
{
    /// <summary>SHA-256 of tokenizer.json: tokens of the same numbers, if it is the same.</summary>
    internal string Fingerprint => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(TokenizerJson)));

    /// <summary>The files of a vocabulary.</summary>
    internal static TokenizerFiles Of(TrainedVocabulary vocabulary) =>
        new(vocabulary.ToTokenizerJson(), vocabulary.ToTokenizerConfigJson());
}
