// Owns the order which tokens of a prompt stay on which instance.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>Consecutive tokens of one prompt of a prefill.</summary>
/// <param name="Prompt">Position of the prompt in its batch.</param>
/// <param name="Instance">Instance that keeps the tokens.</param>
/// <param name="First">First token.</param>
/// <param name="Count">Number of tokens; at least 1.</param>
public readonly record struct KvRange(int Prompt, int Instance, int First, int Count);
