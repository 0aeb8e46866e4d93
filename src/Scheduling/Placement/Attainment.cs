// Owns the shares of requests that met their objectives.
namespace Tern.Scheduling.Placement;

/// <summary>Shares of requests, from 0 to 1.</summary>
/// <param name="Ttft">Whose first token came in time.</param>
/// <param name="Tpot">Whose other tokens came fast enough.</param>
/// <param name="Both">Who got both.</param>
public readonly record struct Attainment(double Ttft, double Tpot, double Both);
