// Owns what both contenders are asked to do.
using Tern.Cli.Evaluation;

namespace Tern.Peers;

/// <summary>Some sequences of equal length that grow in step, with a cache of their own.</summary>
internal interface ISequences : IDisposable
{
    /// <summary>Forgets what comes after the first tokens of each sequence.</summary>
    /// <param name="length">Tokens that stay, of those that there are.</param>
    void Truncate(int length);

    /// <summary>Appends tokens to every sequence in one pass; returns when it is computed.</summary>
    /// <param name="tokens"><c>[sequences, added]</c>.</param>
    /// <param name="wanted">Whose logits are computed.</param>
    /// <returns>The wanted rows, sequence after sequence; valid until the next call.</returns>
    ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens, OutputRows wanted);

    /// <summary>Lets worker threads sleep, so that they take nothing from the other contender.</summary>
    void Rest();
}
