// Owns the time of a simulation.
namespace Tern.Simulation;

/// <summary>Virtual time in ms from the simulation's start. It only moves when told, and only forward.</summary>
public sealed class VirtualClock
{
    /// <summary>Now, in ms.</summary>
    public double NowMs { get; private set; }

    /// <summary>Moves to a later (or the same) moment.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The moment is past, or no number.</exception>
    public void AdvanceTo(double ms)
    {
        if (!(ms >= NowMs) || double.IsInfinity(ms))
            throw new ArgumentOutOfRangeException(nameof(ms), ms, $"the clock is at {NowMs} ms and only moves forward");
        NowMs = ms;
    }
}
