// Owns a parameter of a family of tools.
namespace Tern.Training.Corpus;

/// <summary>A parameter that goes by several names.</summary>
internal sealed record ToolParameterKind(string[] Names, string Type = "string", string[]? Choices = null);
