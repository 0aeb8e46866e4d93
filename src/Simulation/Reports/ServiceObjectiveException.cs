// Owns the error of a service objective that cannot be read.
namespace Tern.Simulation.Reports;

/// <summary>A service objective has a bad entry.</summary>
/// <param name="key">The entry's key, or the entry as a whole where it has none.</param>
/// <param name="value">The entry's value as written.</param>
/// <param name="problem">What is wrong and what would be valid.</param>
public sealed class ServiceObjectiveException(string key, string value, string problem)
    : FormatException($"service objective, {key}{(value.Length > 0 ? $"={value}" : "")}: {problem}")
{
    /// <summary>The entry's key, or the entry as a whole where it has none.</summary>
    public string Key { get; } = key;

    /// <summary>The entry's value as written.</summary>
    public string Value { get; } = value;
}
