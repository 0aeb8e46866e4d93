// Owns a parameter of a function that the model may call.
namespace Tern.Training.Corpus;

/// <summary>A required parameter.</summary>
/// <param name="Name">Its name in the arguments.</param>
/// <param name="Type">Its JSON Schema type: <c>string</c> or <c>integer</c>.</param>
/// <param name="Choices">The values it may have; null when any value of the type will do.</param>
public sealed record CorpusParameter(string Name, string Type, IReadOnlyList<string>? Choices = null);
