// Owns the measurement of perplexity over sliding windows.
using Tern.Models;
using Tern.Tensors;

namespace Tern.Cli.Evaluation;

/// <summary>
/// Windows of <paramref name="context"/> tokens start every <paramref name="stride"/> tokens of the text. Every token is
/// scored once, in the first window that reaches it; so all but the first window's have at least
/// context - stride tokens before them. A model that wants a first token (BOS) gets it at the start of every window.
/// </summary>
/// <param name="model">The network; no encoder.</param>
/// <param name="text">Ids without BOS.</param>
/// <param name="bos">What every window begins with, or null.</param>
/// <param name="context">Tokens of a window, BOS included.</param>
/// <param name="stride">Tokens from window to window, less than <paramref name="context"/>.</param>
internal sealed class SlidingPerplexity(CausalModel model, IReadOnlyList<int> text, int? bos, int context, int stride)
{
    private double _sum;
    private double _squares;
    private int _count;

    private int Room => bos is null ? context : context - 1;

    /// <summary>Windows that the text takes.</summary>
    public int WindowCount => 1 + (Math.Max(0, text.Count - Room) + stride - 1) / stride;

    /// <summary>Scores the text.</summary>
    /// <param name="progress">Told after each window.</param>
    /// <param name="cancellation">Ends the work between windows.</param>
    public PerplexityResult Measure(Action<PerplexityResult> progress, CancellationToken cancellation)
    {
        using var batch = new SequenceBatch(model, sequences: 1, context, DType.F32);
        int scored = bos is null ? 1 : 0; // the very first token has nothing before it
        for (int window = 0; window < WindowCount; window++)
        {
            cancellation.ThrowIfCancellationRequested();
            int start = window * stride;
            int end = Math.Min(start + Room, text.Count);
            Score(batch, start, end, scored);
            scored = end;
            progress(Result(window + 1));
        }
        return Result(WindowCount);
    }

    private void Score(SequenceBatch batch, int start, int end, int firstScored)
    {
        int[] tokens = [.. bos is { } first ? [first] : (int[])[], .. text.Skip(start).Take(end - start)];
        int from = tokens.Length - (end - firstScored);
        batch.Truncate(0);
        batch.Feed(tokens.AsSpan(0, from - 1), OutputRows.None);
        batch.Feed(
            tokens.AsSpan(from - 1, tokens.Length - from),
            OutputRows.All,
            (row, logits) =>
            {
                for (; !logits.IsEmpty; logits = logits[batch.Width..], row++)
                    Add(NegativeLogLikelihood(logits[..batch.Width], tokens[from + row]));
            }
        );
    }

    private void Add(double nll)
    {
        _sum += nll;
        _squares += nll * nll;
        _count++;
    }

    private PerplexityResult Result(int windows)
    {
        double mean = _sum / _count;
        double variance = Math.Max(0, _squares / _count - mean * mean);
        return new PerplexityResult(mean, Math.Sqrt(variance / Math.Max(1, _count - 1)), _count, windows);
    }

    private static double NegativeLogLikelihood(ReadOnlySpan<float> logits, int token)
    {
        float largest = float.NegativeInfinity;
        foreach (float logit in logits)
            largest = Math.Max(largest, logit);
        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp(logit - largest);
        return Math.Log(sum) + largest - logits[token];
    }
}
