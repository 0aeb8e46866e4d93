// Owns one measured step.
namespace Tern.Scheduling.Latency;

/// <summary>The shape of a step as a profiler varies it, and the time it took.</summary>
/// <param name="PrefillTokens">Rows of prompts.</param>
/// <param name="PrefillPairs">Query-key pairs of those rows: of a whole prompt of n tokens n·(n+1)/2.</param>
/// <param name="DecodeSequences">Sequences that decode one token each.</param>
/// <param name="DecodeContext">Tokens whose keys and values the decodes read, their own included.</param>
/// <param name="Ms">Duration in ms.</param>
public readonly record struct Measurement(
    int PrefillTokens,
    long PrefillPairs,
    int DecodeSequences,
    long DecodeContext,
    double Ms
);
