// Owns the work of one optimizer step up to the gradients: forward, loss, backward, in pieces that fit the memory.
using Tern.Kernels;
using Tern.Training.Autograd;
using Tern.Training.Data;

namespace Tern.Training.Language;

/// <summary>
/// Adds the gradient of the mean loss of a batch to a decoder's parameters. How the batch is cut into micro-batches and how
/// many threads work changes no bit of it.
/// </summary>
/// <param name="decoder">The network.</param>
/// <param name="backend">Computes.</param>
/// <param name="pool">Lends memory.</param>
/// <param name="microBatchTokens">Tokens in memory at a time.</param>
public sealed class TrainingStep(Decoder decoder, ITrainingBackend backend, TensorPool pool, int microBatchTokens)
{
    /// <summary>Gradients of the mean cross-entropy over the learned tokens.</summary>
    /// <param name="examples">The batch.</param>
    /// <returns>The loss in nats a token.</returns>
    public double Accumulate(IReadOnlyList<TrainingExample> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        int learned = Learned(examples);
        if (learned == 0)
            return 0;
        double sum = 0;
        using var tape = new Tape(backend, pool);
        foreach (var part in Parts(examples))
        {
            var scores = Score(tape, part, out int count);
            if (count == 0)
                continue;
            sum -= Sum(scores.LogProbabilities.Values);
            var seed = new float[count];
            Array.Fill(seed, -1f / learned);
            tape.Seed(scores.LogProbabilities, seed);
            tape.Backward();
        }
        decoder.CollectGradients();
        return sum / learned;
    }

    /// <summary>The mean cross-entropy over the learned tokens, in nats.</summary>
    public double Evaluate(IReadOnlyList<TrainingExample> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        double sum = 0;
        foreach (var part in Parts(examples))
        {
            using var tape = new Tape(backend, pool) { IsRecording = false };
            sum -= Sum(Score(tape, part, out _).LogProbabilities.Values);
        }
        return sum / Math.Max(1, Learned(examples));
    }

    /// <summary>Where the first value that is not finite appears: a parameter, or a result of the forward pass.</summary>
    public string FirstNonFinite(IReadOnlyList<TrainingExample> examples)
    {
        foreach (var parameter in decoder.Parameters)
        {
            foreach (float value in parameter.Values)
            {
                if (!float.IsFinite(value))
                    return $"the parameter {parameter.Name}";
            }
        }
        foreach (var part in Parts(examples))
        {
            using var tape = new Tape(backend, pool) { IsRecording = false, ChecksValues = true };
            try
            {
                Score(tape, part, out _);
            }
            catch (NonFiniteValueException error)
            {
                return error.Message;
            }
        }
        return "a gradient";
    }

    private static int Learned(IReadOnlyList<TrainingExample> examples) =>
        examples.Sum(example => example.Learned.Count(flag => flag));

    private static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += value;
        return sum;
    }

    private TokenScores Score(Tape tape, IReadOnlyList<TrainingExample> examples, out int count)
    {
        var batch = new TokenBatch([.. examples.Select(example => (ReadOnlyMemory<int>)example.Tokens)]);
        var rows = new List<int>();
        var targets = new List<int>();
        int start = 0;
        foreach (var example in examples)
        {
            for (int i = 1; i < example.Tokens.Length; i++)
            {
                if (!example.Learned[i])
                    continue;
                rows.Add(start + i - 1);
                targets.Add(example.Tokens[i]);
            }
            start += example.Tokens.Length;
        }
        count = rows.Count;
        return tape.Score(decoder.Forward(tape, batch, rows.ToArray()), targets.ToArray());
    }

    private IEnumerable<IReadOnlyList<TrainingExample>> Parts(IReadOnlyList<TrainingExample> examples)
    {
        var part = new List<TrainingExample>();
        int tokens = 0;
        foreach (var example in examples)
        {
            if (part.Count > 0 && tokens + example.Tokens.Length > microBatchTokens)
            {
                yield return part;
                part = [];
                tokens = 0;
            }
            part.Add(example);
            tokens += example.Tokens.Length;
        }
        if (part.Count > 0)
            yield return part;
    }
}
