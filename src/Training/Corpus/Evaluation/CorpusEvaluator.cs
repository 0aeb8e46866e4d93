// Owns asking a model what it was never trained on.
namespace Tern.Training.Corpus;

/// <summary>
/// Evaluates a model on held-out samples. The questions are a function of a seed, so two models answer the same ones. The history
/// of a later turn holds the model's own answers, and a conversation ends with the first wrong one.
/// </summary>
public static class CorpusEvaluator
{
    private const int KeptMisses = 5;

    /// <summary>Asks all held-out sets.</summary>
    /// <param name="answer">
    /// The model: a conversation that ends with a message of the user or of a tool, to the text of the assistant's turn, calls
    /// included as they are written and special tokens left out.
    /// </param>
    /// <param name="samples">Samples in each set.</param>
    /// <param name="parallel">How many conversations may be asked at a time.</param>
    /// <param name="seed">Names the questions.</param>
    /// <param name="cancellation">Ends the evaluation early.</param>
    public static async Task<EvaluationReport> RunAsync(
        Func<Sample, CancellationToken, ValueTask<string>> answer,
        int samples = 200,
        int parallel = 1,
        ulong seed = 0,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(parallel, 1);
        var rows = new List<EvaluationRow>();
        foreach (var set in EvaluationSet.All)
        {
            // misses[m][i]: what sample i missed under measure m; null when it counts.
            EvaluationMiss?[][] misses = [.. set.Measures.Select(_ => new EvaluationMiss?[samples])];
            await Parallel.ForEachAsync(
                Enumerable.Range(0, samples),
                new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation },
                async (index, token) =>
                    await AskAsync(set, new CorpusRandom(seed, (ulong)index), answer, index, misses, token)
            );
            rows.AddRange(set.Measures.Zip(misses, Row));
        }
        return new EvaluationReport(rows);
    }

    private static async ValueTask AskAsync(
        EvaluationSet set,
        CorpusRandom random,
        Func<Sample, CancellationToken, ValueTask<string>> answer,
        int index,
        EvaluationMiss?[][] misses,
        CancellationToken token
    )
    {
        var sample = set.Draw(random);
        var history = new List<CorpusMessage>();
        foreach (var message in sample.Messages)
        {
            if (message.Role != ChatRole.Assistant)
            {
                history.Add(message);
                continue;
            }
            var before = sample with { Messages = [.. history] };
            string given = await answer(before, token);
            for (int measure = 0; measure < misses.Length; measure++)
            {
                if (!set.Measures[measure].Counts(before, message, given))
                    misses[measure][index] = new EvaluationMiss(history[^1].Content, Expected(message), given);
            }
            if (misses.Any(missed => missed[index] is not null))
                return;
            history.Add(message.Call is null ? message with { Content = given } : message);
        }
    }

    private static EvaluationRow Row(EvaluationMeasure measure, EvaluationMiss?[] misses)
    {
        EvaluationMiss[] missed = [.. misses.OfType<EvaluationMiss>()];
        return new EvaluationRow(
            measure.Name,
            misses.Length,
            misses.Length - missed.Length,
            measure.Target,
            [.. missed.Take(KeptMisses)]
        );
    }

    private static string Expected(CorpusMessage message) =>
        message.Call is { } call ? SampleRenderer.Call(call) : message.Content;
}
