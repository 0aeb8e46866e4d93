// Owns what the dispatch step sees of a running sequence.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>A sequence that decodes.</summary>
/// <param name="Tokens">Prompt and generated tokens.</param>
/// <param name="Generated">Generated tokens; at least 1.</param>
/// <param name="Remaining">Tokens it may still generate.</param>
/// <param name="DecodedMs">Ms since its first token.</param>
public readonly record struct RunningDecode(int Tokens, int Generated, int Remaining, double DecodedMs);
