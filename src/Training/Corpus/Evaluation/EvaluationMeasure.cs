// Owns one question that an evaluation asks of answers.
namespace Tern.Training.Corpus;

/// <summary>A measure: a name and whether an answer counts.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Target">The percentage to reach; null when there is none.</param>
/// <param name="Counts">Whether an answer counts, given the conversation before it and the message expected.</param>
internal sealed record EvaluationMeasure(string Name, double? Target, Func<Sample, CorpusMessage, string, bool> Counts);
