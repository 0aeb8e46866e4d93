// Owns the error of a file of cost curves that cannot be used.
namespace Tern.Engine.Calibration;

/// <summary>A file that should hold cost curves is damaged.</summary>
/// <param name="file">The file.</param>
/// <param name="problem">What is wrong with it.</param>
/// <param name="inner">What found it out.</param>
public sealed class CostFileException(string file, string problem, Exception? inner = null)
    : FormatException(
        $"{file} holds no cost curves: {problem}; 'tern calibrate' measures them anew and replaces it",
        inner
    )
{
    /// <summary>The file.</summary>
    public string File { get; } = file;
}
