// Owns log-normal lengths, clipped to what a data set keeps.
namespace Tern.Simulation.Workloads.Lengths;

/// <summary>Log-normal prompt and answer.</summary>
public sealed class LogNormalLengths : ILengthDistribution
{
    // Draws before the parameters are declared impossible; the fitted sets need two or three.
    private const int MaxDraws = 10_000;

    /// <summary>The prompt's length.</summary>
    public required LogNormal Prompt { get; init; }

    /// <summary>The answer's length.</summary>
    public required LogNormal Output { get; init; }

    /// <summary>Correlation of the two logarithms, from −1 to 1.</summary>
    public double Correlation { get; init; }

    /// <summary>Most tokens of prompt and answer together; longer pairs are drawn again.</summary>
    public int MaxTotal { get; init; } = int.MaxValue;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Ranges and total leave practically nothing of the distribution.</exception>
    public RequestLengths Next(RandomStream random)
    {
        for (var draw = 0; draw < MaxDraws; draw++)
        {
            var z = random.NextNormal();
            var other = random.NextNormal();
            var prompt = Prompt.At(z);
            var output = Output.At(Correlation * z + Math.Sqrt(1 - Correlation * Correlation) * other);
            if (prompt > 0 && output > 0 && (long)prompt + output <= MaxTotal)
                return new(prompt, output);
        }
        throw new InvalidOperationException(
            $"none of {MaxDraws} draws of {Prompt} and {Output} has at most {MaxTotal} tokens in all; widen the ranges"
        );
    }
}
