// Owns the error of a file of measurements that cannot be read.
namespace Tern.Simulation.Measurements;

/// <summary>A file of measurements has a bad row.</summary>
/// <param name="file">The file.</param>
/// <param name="row">Line of the file, from 1; 0 for the file as a whole.</param>
/// <param name="field">Column, or empty for the row as a whole.</param>
/// <param name="problem">What was found and what would be valid.</param>
public sealed class MeasurementFormatException(string file, int row, string field, string problem)
    : FormatException($"{file}{(row > 0 ? $", line {row}" : "")}{(field.Length > 0 ? $", {field}" : "")}: {problem}")
{
    /// <summary>The file.</summary>
    public string File { get; } = file;

    /// <summary>Line of the file, from 1; 0 for the file as a whole.</summary>
    public int Row { get; } = row;

    /// <summary>Column, or empty for the row as a whole.</summary>
    public string Field { get; } = field;
}
