// Owns an answer that did not count.
namespace Tern.Training.Corpus;

/// <summary>An answer that did not count.</summary>
/// <param name="Question">The last message before it.</param>
/// <param name="Expected">An answer that would have counted.</param>
/// <param name="Answer">The answer.</param>
public sealed record EvaluationMiss(string Question, string Expected, string Answer);
