// Owns the error of a cluster description or plan file that cannot be used.
namespace Tern.Simulation.Planning;

/// <summary>A planning file has a bad field.</summary>
/// <param name="file">The file.</param>
/// <param name="field">Path of the field, or empty for the file as a whole.</param>
/// <param name="problem">What was found and what would be valid.</param>
/// <param name="inner">What the JSON reader said, if it did.</param>
public sealed class PlanningFormatException(string file, string field, string problem, Exception? inner = null)
    : FormatException($"{file}{(field.Length > 0 ? $", {field}" : "")}: {problem}", inner)
{
    /// <summary>The file.</summary>
    public string File { get; } = file;

    /// <summary>Path of the field, or empty for the file as a whole.</summary>
    public string Field { get; } = field;
}
