// Owns the error of a checkpoint that cannot be taken up.
namespace Tern.Training.Checkpoints;

/// <summary>A checkpoint is damaged or belongs to another run. The message names the file and what does not fit.</summary>
/// <param name="path">The file.</param>
/// <param name="problem">What is wrong and what would be right.</param>
/// <param name="inner">What found it, if another.</param>
public sealed class CheckpointException(string path, string problem, Exception? inner = null)
    : TrainingException($"{path}: {problem}", inner);
