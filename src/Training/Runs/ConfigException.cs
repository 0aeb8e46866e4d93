// Owns the error of a configuration that cannot be right.
namespace Tern.Training.Runs;

/// <summary>A configuration file is damaged, has an unknown key, or a value that cannot be. The message names file and key.</summary>
/// <param name="path">The file.</param>
/// <param name="problem">What is wrong and what would be right.</param>
/// <param name="inner">What found it, if another.</param>
public sealed class ConfigException(string path, string problem, Exception? inner = null)
    : TrainingException($"{path}: {problem}", inner);
