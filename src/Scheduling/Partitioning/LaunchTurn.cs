// Owns whose turn it is.
namespace Tern.Scheduling.Partitioning;

/// <summary>The LLMs that launched last; the next ones after them have the turn.</summary>
/// <param name="Prefill">Index of the LLM whose prefill was launched last; -1 before the first.</param>
/// <param name="Decode">Index of the LLM whose decode was launched last; -1 before the first.</param>
public readonly record struct LaunchTurn(int Prefill, int Decode)
{
    /// <summary>Before the first launch.</summary>
    public static LaunchTurn First => new(-1, -1);
}
