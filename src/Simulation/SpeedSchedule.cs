// Owns how the speed of something changes in the course of a simulation.
namespace Tern.Simulation;

/// <summary>A speed that is constant between changes, relative to the nominal one.</summary>
public sealed class SpeedSchedule
{
    private readonly (double AtMs, double Speed)[] _changes;

    /// <summary>Creates a schedule; before the first change the speed is 1.</summary>
    /// <exception cref="ArgumentException">Changes are not in order of time, or a speed is negative, or the last one is 0.</exception>
    public SpeedSchedule(params (double AtMs, double Speed)[] changes)
    {
        for (var i = 0; i < changes.Length; i++)
        {
            if (!(changes[i].Speed >= 0) || double.IsInfinity(changes[i].Speed))
                throw new ArgumentException(
                    $"change {i} has speed {changes[i].Speed}; it must be finite and not negative",
                    nameof(changes)
                );
            if (!double.IsFinite(changes[i].AtMs) || (i > 0 && changes[i].AtMs < changes[i - 1].AtMs))
                throw new ArgumentException(
                    $"change {i} is at {changes[i].AtMs} ms; changes must be in order of time",
                    nameof(changes)
                );
        }
        if (changes is [.., (_, 0)])
            throw new ArgumentException("the last speed is 0: nothing would ever end", nameof(changes));
        _changes = changes;
    }

    /// <summary>Nominal speed for ever.</summary>
    public static SpeedSchedule Constant { get; } = new();

    /// <summary>When work that begins at <paramref name="startMs"/> and takes <paramref name="workMs"/> at nominal speed ends.</summary>
    public double EndMs(double startMs, double workMs)
    {
        var (now, speed) = (startMs, 1.0);
        foreach (var (atMs, next) in _changes)
        {
            if (atMs > now)
            {
                if (speed > 0 && now + workMs / speed <= atMs)
                    return now + workMs / speed;
                workMs -= (atMs - now) * speed;
                now = atMs;
            }
            speed = next;
        }
        return now + workMs / speed;
    }
}
