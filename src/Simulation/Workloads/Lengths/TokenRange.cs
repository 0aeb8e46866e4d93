// Owns a range of lengths.
namespace Tern.Simulation.Workloads.Lengths;

/// <summary>From <see cref="Min"/> to <see cref="Max"/> tokens, both included.</summary>
public readonly record struct TokenRange
{
    /// <summary>Creates a range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or leaves 1 to <see cref="TraceReader.MaxTokens"/>.</exception>
    public TokenRange(int min, int max)
    {
        if (min < 1 || max < min || max > TraceReader.MaxTokens)
            throw new ArgumentOutOfRangeException(
                nameof(max),
                $"{min}-{max}",
                $"a range of tokens must go up and lie within 1 to {TraceReader.MaxTokens}"
            );
        (Min, Max) = (min, max);
    }

    /// <summary>Fewest tokens.</summary>
    public int Min { get; }

    /// <summary>Most tokens.</summary>
    public int Max { get; }

    /// <summary>Whether a length is in it.</summary>
    public bool Contains(int tokens) => tokens >= Min && tokens <= Max;
}
