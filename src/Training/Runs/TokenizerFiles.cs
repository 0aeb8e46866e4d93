// Owns the two files that a tokenizer is.
using Tern.Tokenizers.Training;

namespace Tern.Training.Runs;

/// <summary>A tokenizer in Hugging Face's form.</summary>
/// <param name="TokenizerJson">Content of tokenizer.json.</param>
/// <param name="ConfigJson">Content of tokenizer_config.json, with the chat template.</param>
public sealed record TokenizerFiles(string TokenizerJson, string ConfigJson)
{
    /// <summary>The files of a vocabulary.</summary>
    internal static TokenizerFiles Of(TrainedVocabulary vocabulary) =>
        new(vocabulary.ToTokenizerJson(), vocabulary.ToTokenizerConfigJson());
}
