// Owns the shape of a story.
namespace Tern.Training.Corpus;

/// <summary>A plot: steps in order, from the opening to the moral.</summary>
/// <param name="Key">Names the plot in the split.</param>
/// <param name="Steps">The sentences.</param>
internal sealed record StoryPlot(string Key, IReadOnlyList<StoryStep> Steps);
