// Owns what a simulated restore tells.
namespace Tern.Simulation;

/// <summary>How a prefix came back.</summary>
/// <param name="DurationMs">Ms until all of it was there and the device idle.</param>
/// <param name="MeetingToken">Tokens from this one on were loaded, those before computed.</param>
/// <param name="Steps">Steps of the device.</param>
/// <param name="Reads">Reads begun.</param>
/// <param name="ReadsOvertaken">Reads given up because their tokens were computed sooner.</param>
public sealed record RestoreOutcome(double DurationMs, int MeetingToken, int Steps, int Reads, int ReadsOvertaken);
