// Owns the DRY penalty: finding in linear time which tokens would continue an earlier repetition of what was just said.
using System.Text;

namespace Tern.Engine.Sampling;

/// <summary>
/// Don't repeat yourself (text-generation-webui pull request 5677). For every earlier place where the text's ending
/// occurred before, the token that followed there is penalized by Multiplier · Base^(length - AllowedLength), with the
/// longest length. A repetition never reaches back over a sequence breaker.
/// </summary>
/// <param name="vocabularySize">Tokens there are.</param>
/// <param name="tokenBytes">The text of a token as UTF-8.</param>
internal sealed class DryPenalty(int vocabularySize, Func<int, ReadOnlySpan<byte>> tokenBytes)
{
    private readonly int[] _longest = new int[vocabularySize];
    private int[] _lengths = [];

    /// <summary>Lowers the logits of the tokens that would extend a repetition.</summary>
    /// <param name="options">Strength and reach.</param>
    /// <param name="history">Prompt and answer.</param>
    /// <param name="logits">Changed in place.</param>
    public void Apply(DryOptions options, ReadOnlySpan<int> history, Span<float> logits)
    {
        if (options.Multiplier == 0 || options.PenaltyLastN == 0)
            return;
        if (options.PenaltyLastN > 0 && history.Length > options.PenaltyLastN)
            history = history[^options.PenaltyLastN..];
        int reach = 0;
        while (reach < history.Length && !IsBreaker(options, history[^(reach + 1)]))
            reach++;
        if (reach < options.AllowedLength || reach == 0)
            return;
        var lengths = MatchLengths(history);

        for (int back = 1; back < history.Length; back++)
        {
            int next = history[^back];
            if ((uint)next < (uint)_longest.Length)
                _longest[next] = Math.Max(_longest[next], Math.Min(lengths[back], reach));
        }
        foreach (int token in history)
        {
            if ((uint)token >= (uint)logits.Length)
                continue;
            int length = _longest[token];
            _longest[token] = 0;
            if (length > 0 && length >= options.AllowedLength)
                logits[token] -= MathF.Min(
                    options.Multiplier * MathF.Pow(options.Base, length - options.AllowedLength),
                    float.MaxValue / 2
                );
        }
    }

    private bool IsBreaker(DryOptions options, int token)
    {
        if ((uint)token >= (uint)vocabularySize)
            return true;
        var text = tokenBytes(token);
        Span<byte> buffer = stackalloc byte[3 * SamplingLimits.StopLength];
        foreach (string breaker in options.SequenceBreakers)
            if (text.IndexOf(buffer[..Encoding.UTF8.GetBytes(breaker, buffer)]) >= 0)
                return true;
        return false;
    }

    /// <summary>lengths[b] = how many tokens before the last b equal the tokens at the very end (the Z function of the reversal).</summary>
    private ReadOnlySpan<int> MatchLengths(ReadOnlySpan<int> history)
    {
        int n = history.Length;
        if (_lengths.Length < n)
            _lengths = new int[Math.Max(n, 2 * _lengths.Length)];
        var z = _lengths.AsSpan(0, n);
        int left = 0;
        int right = 0;
        z[0] = n;
        for (int i = 1; i < n; i++)
        {
            int length = i < right ? Math.Min(right - i, z[i - left]) : 0;
            while (i + length < n && history[n - 1 - length] == history[n - 1 - i - length])
                length++;
            z[i] = length;
            if (i + length > right)
                (left, right) = (i, i + length);
        }
        return z;
    }
}
