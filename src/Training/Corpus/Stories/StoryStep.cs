// Owns one step of a plot.
namespace Tern.Training.Corpus;

/// <summary>One sentence of a story in several wordings; an optional step may be left out.</summary>
internal sealed record StoryStep(bool IsOptional, params string[] Wordings);
