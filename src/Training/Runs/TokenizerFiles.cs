// Owns the two files that a tokenizer is.
namespace Tern.Training.Runs;

/// <summary>A tokenizer in Hugging Face's form.</summary>
/// <param name="TokenizerJson">Content of tokenizer.json.</param>
/// <param name="ConfigJson">Content of tokenizer_config.json, with the chat template.</param>
public sealed record TokenizerFiles(string TokenizerJson, string ConfigJson);
