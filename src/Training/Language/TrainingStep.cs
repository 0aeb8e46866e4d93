// Owns the work of one optimizer step: forward, loss, backward, in pieces that fit the memory, and the change of the parameters.
using Tern.Kernels;
using Tern.Training.Autograd;
using Tern.Training.Data;
using Tern.Training.Optimizers;
using Tern.Training.Runs;

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
    /// <summary>Receives the matrix products of <see cref="Accumulate"/>; null for none.</summary>
    public ICollection<ProductShape>? Products { get; set; }

    /// <summary>Learns a batch: gradients, clipping, optimizer.</summary>
    /// <param name="examples">The batch.</param>
    /// <param name="optimizers">Change the decoder's parameters.</param>
    /// <param name="clip">Largest norm of the gradients.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="step">Number of the step, from 1.</param>
    /// <returns>The loss in nats a token, and the norm of the gradients before clipping.</returns>
    /// <exception cref="NonFiniteLossException">The numbers ran away; no parameter was changed.</exception>
    internal (double Loss, double Norm) Update(
        IReadOnlyList<TrainingExample> examples,
        OptimizerSet optimizers,
        float clip,
        float rate,
        long step
    )
    {
        decoder.ClearGradients();
        double loss = Accumulate(examples);
        double norm = GradientNorm.Clip(backend, decoder.Parameters, clip);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
            throw new NonFiniteLossException(step, FirstNonFinite(examples));
        optimizers.Step(rate, step);
        return (loss, norm);
    }

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
        using var tape = new Tape(backend, pool) { Products = Products };
        foreach (var part in Parts(examples))
        {
            if (Score(tape, part) is not { } scores)
                continue;
            Subtract(ref sum, scores.Values);
            var seed = new float[scores.Values.Length];
            Array.Fill(seed, -1f / learned);
            tape.Seed(scores, seed);
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
            if (Score(tape, part) is { } scores)
                Subtract(ref sum, scores.Values);
        }
        return sum / Math.Max(1, Learned(examples));
    }

    /// <summary>where the first value that is not finite appears: a parameter, a result of the forward pass, or a gradient.</summary>
    public string FirstNonFinite(IReadOnlyList<TrainingExample> examples)
    {
        if (FirstNonFiniteParameter() is { } parameterFault)
            return parameterFault;
        foreach (var part in Parts(examples))
        {
            using var tape = new Tape(backend, pool) { IsRecording = false, ChecksValues = true };
            try
            {
                Score(tape, part);
            }
            catch (NonFiniteValueException error)
            {
                return error.Message;
            }
        }
        foreach (var parameter in decoder.Parameters)
        {
            if (!IsFinite(parameter.Gradients))
                return $"the gradient of {parameter.Name}";
        }
        return "the norm of the gradient";
    }

    /// <summary>The first parameter that is not finite, or null.</summary>
    public string? FirstNonFiniteParameter()
    {
        foreach (var parameter in decoder.Parameters)
        {
            if (!IsFinite(parameter.Values))
                return $"the parameter {parameter.Name}";
        }
        return null;
    }

    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                return false;
        }
        return true;
    }

    private static int Learned(IReadOnlyList<TrainingExample> examples) =>
        examples.Sum(example => example.Learned.Count(flag => flag));

    /// <summary>Value by value into one sum, so that it does not depend on where batches are cut.</summary>
    private static void Subtract(ref double sum, ReadOnlySpan<float> values)
    {
        foreach (float value in values)
            sum -= value;
    }

    /// <summary>Log-probabilities of the learned tokens; null where there are none.</summary>
    private Variable? Score(Tape tape, IReadOnlyList<TrainingExample> examples)
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
        if (rows.Count == 0)
            return null;
        return tape.Score(decoder.Forward(tape, batch, rows.ToArray()), targets.ToArray()).LogProbabilities;
    }

    private IEnumerable<IReadOnlyList<TrainingExample>> Parts(IReadOnlyList<TrainingExample> examples) =>
        MicroBatches.Cut(examples, example => example.Tokens.Length, microBatchTokens);
}
