// Owns the changes to logits that look at what was said already: repetition, frequency and presence penalties.
namespace Tern.Engine.Sampling;

/// <summary>Penalties by token count, over scratch that is clean between calls.</summary>
internal sealed class Penalties(int vocabularySize)
{
    private readonly int[] _counts = new int[vocabularySize];

    /// <summary>Whether the parameters ask for any of these penalties.</summary>
    public static bool Wanted(SamplingParams parameters) =>
        parameters.RepetitionPenalty != 1 || parameters.FrequencyPenalty != 0 || parameters.PresencePenalty != 0;

    /// <summary>
    /// Repetition (CTRL, arXiv 1909.05858, over prompt and answer): a positive logit is divided by the penalty, another
    /// multiplied. Then frequency and presence (OpenAI API reference; the answer only): subtracted per occurrence and once.
    /// </summary>
    public void Apply(SamplingParams parameters, ReadOnlySpan<int> history, int promptLength, Span<float> logits)
    {
        var answer = history[promptLength..];
        if (parameters.RepetitionPenalty != 1)
        {
            foreach (int token in history)
                if ((uint)token < (uint)logits.Length && _counts[token]++ == 0)
                    logits[token] =
                        logits[token] > 0
                            ? logits[token] / parameters.RepetitionPenalty
                            : logits[token] * parameters.RepetitionPenalty;
            Clear(history);
        }
        if (parameters.FrequencyPenalty == 0 && parameters.PresencePenalty == 0)
            return;
        foreach (int token in answer)
            if ((uint)token < (uint)_counts.Length)
                _counts[token]++;
        foreach (int token in answer)
        {
            if ((uint)token >= (uint)logits.Length || _counts[token] == 0)
                continue;
            logits[token] -= _counts[token] * parameters.FrequencyPenalty + parameters.PresencePenalty;
            _counts[token] = 0;
        }
        Clear(answer);
    }

    private void Clear(ReadOnlySpan<int> tokens)
    {
        foreach (int token in tokens)
            if ((uint)token < (uint)_counts.Length)
                _counts[token] = 0;
    }
}
