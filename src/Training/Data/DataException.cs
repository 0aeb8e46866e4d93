// Owns the error of a data file that cannot be learned from.
namespace Tern.Training.Data;

/// <summary>A line of a data file is wrong. The message names file and line.</summary>
/// <param name="path">The file.</param>
/// <param name="line">From 1; 0 for the file as a whole.</param>
/// <param name="problem">What is wrong and what would be right.</param>
/// <param name="inner">What found it, if another.</param>
public sealed class DataException(string path, int line, string problem, Exception? inner = null)
    : TrainingException(line > 0 ? $"{path}, line {line}: {problem}" : $"{path}: {problem}", inner);
