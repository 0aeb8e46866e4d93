// Owns the timing: the same work for both contenders, one after the other, pair after pair.
using System.Diagnostics;
using Tern.Cli.Evaluation;

namespace Tern.Peers;

/// <summary>Times prompts and decoding of two contenders alternately, after a warm-up of some seconds each.</summary>
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
    // .NET compiles what a program does often once more while it runs, which takes its time on a machine of few processors.
    // Both programs are compared as they go on.
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(2);

    /// <summary>Runs work that needs no server.</summary>
    public PairedSpeeds Run(Workload workload) =>
        workload.Kind switch
        {
            WorkKind.Prompt => Prompt(workload),
            WorkKind.Decode => Decode(workload),
            _ => throw new ArgumentException($"{workload.Title} needs servers", nameof(workload)),
        };

    // One prompt up to the logits of its last token.
    private PairedSpeeds Prompt(Workload prompt)
    {
        int[] tokens = TestTokens.Make(prompt.Size, tern.VocabularySize, salt: 1);
        return Run(
            prompt,
            sequences: 1,
            prompt.Size,
            batch =>
            {
                long start = Stopwatch.GetTimestamp();
                batch.Append(tokens, OutputRows.Last);
                return Stopwatch.GetElapsedTime(start);
            }
        );
    }

    // Steps that append one token to each sequence and compute its logits; what is appended is fixed.
    private PairedSpeeds Decode(Workload streams)
    {
        int[] next = TestTokens.Make(streams.Size, tern.VocabularySize, salt: 3);
        return Run(
            streams,
            streams.Size,
            streams.Steps,
            batch =>
            {
                long start = Stopwatch.GetTimestamp();
                for (int step = 0; step < streams.Steps; step++)
                    batch.Append(next, OutputRows.Last);
                return Stopwatch.GetElapsedTime(start);
            }
        );
    }

    // Times work that appends as many tokens to each sequence.
    private PairedSpeeds Run(Workload test, int sequences, int added, Func<ISequences, TimeSpan> work)
    {
        using var first = tern.Sequences(sequences, test.Depth + added);
        using var second = peer.Sequences(sequences, test.Depth + added);
        double Speed(ISequences batch)
        {
            cancellation.ThrowIfCancellationRequested();
            batch.Truncate(test.Depth);
            var time = work(batch);
            batch.Rest();
            return sequences * added / time.TotalSeconds;
        }
        foreach (var batch in (ISequences[])[first, second])
        {
            status($"{test.Title}: warm-up");
            Fill(batch, sequences, test.Depth);
            long start = Stopwatch.GetTimestamp();
            do Speed(batch);
            while (Stopwatch.GetElapsedTime(start) < s_warmUp);
        }
        var speeds = new PairedSpeeds(new double[pairs], new double[pairs]);
        for (int pair = 0; pair < pairs; pair++)
        {
            status($"{test.Title}: pair {pair + 1} of {pairs}");
            speeds.Tern[pair] = Speed(first);
            speeds.Peer[pair] = Speed(second);
        }
        return speeds;
    }

    private void Fill(ISequences batch, int sequences, int length)
    {
        int atOnce = Math.Max(1, SequenceBatch.RowsAtOnce / sequences);
        for (int start = 0; start < length; start += atOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            int rows = sequences * Math.Min(atOnce, length - start);
            batch.Append(TestTokens.Make(rows, tern.VocabularySize, salt: start), OutputRows.None);
        }
        batch.Rest();
    }
}
