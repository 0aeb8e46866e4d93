// Owns what a comparison says while it runs.
namespace Tern.Simulation.Deployments;

/// <summary>How far a comparison is.</summary>
/// <param name="System">The system that is simulated.</param>
/// <param name="Rate">Its request rate in requests/s; null: the workload's own.</param>
/// <param name="Arrived">Requests that have arrived so far.</param>
public readonly record struct ComparisonProgress(string System, double? Rate, int Arrived);
