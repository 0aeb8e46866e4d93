// Owns what the overload experiment tells.
namespace Tern.Simulation.Reproductions;

/// <summary>What became of the requests offered.</summary>
/// <param name="Offered">Requests.</param>
/// <param name="RejectedEarly">Those rejected on arrival.</param>
/// <param name="RejectedLate">Those rejected after their prefill, which was in vain.</param>
/// <param name="Served">Those served.</param>
public sealed record MooncakeOverloadOutcome(int Offered, int RejectedEarly, int RejectedLate, int Served)
{
    /// <summary>Requests rejected.</summary>
    public int Rejected => RejectedEarly + RejectedLate;
}
