// Owns the timing of a network without engine or server: prompts and steps, medians after a warm-up.
using System.Diagnostics;
using Tern.Cli.Evaluation;
using Tern.Tensors;

namespace Tern.Cli.Benchmarks;

/// <summary>Times one opened model.</summary>
/// <param name="network">The model; no encoder.</param>
/// <param name="depth">Tokens that each sequence has before what is timed.</param>
/// <param name="repetitions">How often each is timed.</param>
/// <param name="cacheType">Element type of keys and values.</param>
/// <param name="status">Told what is being timed.</param>
/// <param name="cancellation">Ends the work between passes.</param>
internal sealed class NetworkBenchmark(
    OpenNetwork network,
    int depth,
    int repetitions,
    DType cacheType,
    Action<string> status,
    CancellationToken cancellation
)
{
    private const int WarmUpSteps = 8;

    /// <summary>Median seconds to process a prompt, its last token's logits included.</summary>
    public double Prompt(int tokens)
    {
        using var batch = new SequenceBatch(network.Model, sequences: 1, depth + tokens, cacheType);
        Fill(batch, sequences: 1);
        int[] prompt = Tokens(tokens, salt: 1);
        return Median(
            $"prompt of {tokens} tokens",
            () =>
            {
                batch.Truncate(depth);
                return Timed(() => batch.Feed(prompt, OutputRows.Last));
            }
        );
    }

    /// <summary>Median speed of decoding with the given number of sequences.</summary>
    public GenerationSpeed Generation(int sequences, int steps)
    {
        using var batch = new SequenceBatch(network.Model, sequences, depth + Math.Max(steps, WarmUpSteps), cacheType);
        float[] logits = new float[checked(sequences * batch.Width)];
        int[] next = Tokens(sequences, salt: 3);
        Fill(batch, sequences);
        double Decode(int count)
        {
            batch.Truncate(depth);
            return Timed(() =>
            {
                for (int step = 0; step < count; step++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    batch.Append(next, OutputRows.Last, logits);
                }
            });
        }
        Decode(WarmUpSteps);
        double seconds = Median($"{steps} tokens for {sequences} sequences", () => Decode(steps), warmUp: false);
        double length = depth + steps / 2.0;
        double bytes =
            StepTraffic.WeightBytes(network.File, sequences)
            + StepTraffic.KvBytes(network.Model, sequences, length, cacheType);
        return new GenerationSpeed(sequences, steps, seconds, bytes);
    }

    private void Fill(SequenceBatch batch, int sequences)
    {
        if (depth > 0)
            status($"{depth} tokens before");
        int atOnce = Math.Max(1, SequenceBatch.RowsAtOnce / sequences);
        while (batch.Length < depth)
        {
            cancellation.ThrowIfCancellationRequested();
            int added = Math.Min(atOnce, depth - batch.Length);
            batch.Append(Tokens(sequences * added, salt: 2 + batch.Length), OutputRows.None, []);
        }
    }

    private double Median(string what, Func<double> time, bool warmUp = true)
    {
        if (warmUp)
        {
            status($"{what}: warm-up");
            time();
        }
        var times = new double[repetitions];
        for (int i = 0; i < repetitions; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            status($"{what}: {i + 1} of {repetitions}");
            times[i] = time();
        }
        Array.Sort(times);
        return (times[(repetitions - 1) / 2] + times[repetitions / 2]) / 2;
    }

    private static double Timed(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // Scattered over the vocabulary, the same in every run.
    private int[] Tokens(int count, long salt) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => (int)((i * 7919L + salt * 104_729) % network.Model.Config.VocabularySize)),
        ];
}
