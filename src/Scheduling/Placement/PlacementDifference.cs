// Owns the difference between two placements for one LLM.
namespace Tern.Scheduling.Placement;

/// <summary>How an LLM fares in a plan and in its runner-up.</summary>
/// <param name="Winner">In the plan.</param>
/// <param name="WinnerGpus">GPUs of its unit there.</param>
/// <param name="RunnerUp">In the runner-up.</param>
/// <param name="RunnerUpGpus">GPUs of its unit there.</param>
public sealed record PlacementDifference(PlacedLlm Winner, int WinnerGpus, PlacedLlm RunnerUp, int RunnerUpGpus)
{
    /// <summary>Requests in a second that the runner-up would lose for this LLM; negative if it would gain.</summary>
    public double Loss => Winner.Throughput - RunnerUp.Throughput;
}
