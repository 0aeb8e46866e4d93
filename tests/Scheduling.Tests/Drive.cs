// Owns the small vocabulary of scheduler tests: options, requests, and a fake model whose token depends only on what precedes it.

namespace Tern.Scheduling.Tests;

internal static class Drive
{
    public static SchedulerOptions Options(
        int blocks = 64,
        int blockSize = 4,
        int batchTokens = 64,
        int sequences = 8
    ) =>
        new()
        {
            BlockCount = blocks,
            BlockSize = blockSize,
            MaxBatchTokens = batchTokens,
            MaxSequences = sequences,
        };

    public static Request Request(string id, int promptTokens, int newTokens, int answers = 1, int first = 1000) =>
        new()
        {
            Id = id,
            Prompt = Enumerable.Range(first, promptTokens).ToArray(),
            MaxNewTokens = newTokens,
            Answers = answers,
        };

    /// <summary>A step's moves, block by block.</summary>
    public static List<(BlockMoveKind Kind, Sequence Sequence, int From, int To)> Moves(Batch batch)
    {
        var moves = new List<(BlockMoveKind, Sequence, int, int)>();
        foreach (var move in batch.Moves)
        {
            var (from, to) = (batch.Sources(move).ToArray(), batch.Targets(move).ToArray());
            for (var i = 0; i < move.Count; i++)
                moves.Add((move.Kind, move.Sequence, from[i], to[i]));
        }
        return moves;
    }

    /// <summary>One result for each sample: token = position, never finished.</summary>
    public static SampledToken[] Results(Batch batch)
    {
        var results = new SampledToken[batch.Samples.Length];
        for (var i = 0; i < results.Length; i++)
            results[i] = new SampledToken(batch.Samples[i].Sequence.TokenCount);
        return results;
    }

    public static Batch Step(Scheduler scheduler, double nowMs = 0)
    {
        var batch = scheduler.Next(nowMs) ?? throw new InvalidOperationException("nothing to do");
        scheduler.Complete(batch, Results(batch), nowMs);
        return batch;
    }

    public static int RunToEnd(Scheduler scheduler, int maxSteps = 10_000)
    {
        var steps = 0;
        while (scheduler.HasWork)
        {
            Assert.True(++steps <= maxSteps, "no progress");
            Step(scheduler, steps);
        }
        return steps;
    }

    public static string Describe(Batch batch) =>
        string.Join(
            ' ',
            batch
                .Items.ToArray()
                .Select(i =>
                    $"{i.Sequence.Request.Id}.{i.Sequence.Index}[{i.First}+{i.Count}{(i.WantsLogits ? "!" : "")}]"
                )
        );
}
