// Owns the outcome of a perplexity measurement.
namespace Tern.Cli.Evaluation;

/// <summary>How well a model foretells a text.</summary>
/// <param name="MeanNll">Mean of -ln p(token) over the scored tokens, in nats.</param>
/// <param name="MeanError">Standard error of that mean, tokens taken as independent.</param>
/// <param name="Tokens">Scored tokens.</param>
/// <param name="Windows">Windows.</param>
internal readonly record struct PerplexityResult(double MeanNll, double MeanError, int Tokens, int Windows)
{
    /// <summary>exp of the mean.</summary>
    public double Perplexity => Math.Exp(MeanNll);

    /// <summary>Standard error of the perplexity, to first order.</summary>
    public double PerplexityError => Perplexity * MeanError;
}
