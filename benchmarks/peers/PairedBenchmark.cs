// Owns the timing: the same work for both contenders, one after the other, pair after pair.
using System.Diagnostics;
using Tern.Cli.Evaluation;

namespace Tern.Peers;

/// <summary>Times prompts and decoding of two contenders alternately, after one warm-up each.</summary>
/// <param name="tern">Runs first in each pair.</param>
/// <param name="peer">Runs second.</param>
/// <param name="pairs">Timed pairs.</param>
/// <param name="status">Told what is being timed.</param>
/// <param name="cancellation">Ends the work between runs.</param>
internal sealed class PairedBenchmark(
    IContender tern,
    IContender peer,
    int pairs,
    Action<string> status,
    CancellationToken cancellation
)
{
    /// <summary>Tokens that each sequence has before the timed steps; as in "tern bench".</summary>
    public const int ShortContext = 16;

    /// <summary>Runs work that needs no server.</summary>
    public PairedSpeeds Run(Workload workload) =>
        workload.Kind switch
        {
            WorkKind.Prompt => Prompt(workload.Title, workload.Size),
            WorkKind.Decode => Decode(workload.Title, workload.Size, workload.Steps),
            _ => throw new ArgumentException($"{workload.Title} needs servers", nameof(workload)),
        };

    // One prompt up to the logits of its last token.
    private PairedSpeeds Prompt(string title, int tokens)
    {
        int[] prompt = TestTokens.Make(tokens, tern.VocabularySize, salt: 1);
        return Run(
            title,
            sequences: 1,
            tokens,
            tokens,
            batch =>
            {
                long start = Stopwatch.GetTimestamp();
                batch.Append(prompt, OutputRows.Last);
                return Stopwatch.GetElapsedTime(start);
            }
        );
    }

    // Steps that append one token to each sequence and compute its logits; what is appended is fixed.
    private PairedSpeeds Decode(string title, int sequences, int steps)
    {
        int[] context = TestTokens.Make(sequences * ShortContext, tern.VocabularySize, salt: 2);
        int[] next = TestTokens.Make(sequences, tern.VocabularySize, salt: 3);
        return Run(
            title,
            sequences,
            ShortContext + steps,
            sequences * steps,
            batch =>
            {
                batch.Append(context, OutputRows.None);
                long start = Stopwatch.GetTimestamp();
                for (int step = 0; step < steps; step++)
                    batch.Append(next, OutputRows.Last);
                return Stopwatch.GetElapsedTime(start);
            }
        );
    }

    private PairedSpeeds Run(string test, int sequences, int capacity, int tokens, Func<ISequences, TimeSpan> work)
    {
        using var first = tern.Sequences(sequences, capacity);
        using var second = peer.Sequences(sequences, capacity);
        double Speed(ISequences batch)
        {
            cancellation.ThrowIfCancellationRequested();
            batch.Clear();
            var time = work(batch);
            batch.Rest();
            return tokens / time.TotalSeconds;
        }
        status($"{test}: warm-up");
        Speed(first);
        Speed(second);
        var speeds = new PairedSpeeds(new double[pairs], new double[pairs]);
        for (int pair = 0; pair < pairs; pair++)
        {
            status($"{test}: pair {pair + 1} of {pairs}");
            speeds.Tern[pair] = Speed(first);
            speeds.Peer[pair] = Speed(second);
        }
        return speeds;
    }
}
