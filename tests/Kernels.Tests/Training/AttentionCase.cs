// Owns one batch of sequences with random operands, and attention over it as a formula in double precision.
namespace Tern.Kernels.Tests.Training;

/// <summary>Sequences that begin at the given rows, the last of which is the number of rows.</summary>
public sealed class AttentionCase
{
    public AttentionCase(int[] starts, int heads, int kvHeads, int headDim)
    {
        (Starts, Heads, KvHeads, HeadDim) = (starts, heads, kvHeads, headDim);
        Query = Randoms.Floats(Rows * heads * headDim, 1, 2);
        Keys = Randoms.Floats(Rows * kvHeads * headDim, 2, 2);
        Values = Randoms.Floats(Rows * kvHeads * headDim, 3);
        Gradient = Randoms.Floats(Rows * heads * headDim, 4);
    }

    public int[] Starts { get; }

    public int Heads { get; }

    public int KvHeads { get; }

    public int HeadDim { get; }

    public int Rows => Starts[^1];

    public float Scale => 0.7f / MathF.Sqrt(HeadDim);

    public float[] Query { get; private init; }

    public float[] Keys { get; private init; }

    public float[] Values { get; private init; }

    public float[] Gradient { get; private init; }

    /// <summary>One sequence of the batch, with its operands.</summary>
    public AttentionCase Sequence(int index)
    {
        var (start, end) = (Starts[index], Starts[index + 1]);
        float[] Part(float[] rows, int heads) => rows[(start * heads * HeadDim)..(end * heads * HeadDim)];
        return new AttentionCase([0, end - start], Heads, KvHeads, HeadDim)
        {
            Query = Part(Query, Heads),
            Keys = Part(Keys, KvHeads),
            Values = Part(Values, KvHeads),
            Gradient = Part(Gradient, Heads),
        };
    }

    public override string ToString() => $"[{string.Join(", ", Starts)}], {Heads}:{KvHeads} heads of {HeadDim}";

    public double[] Formula(double[] query, double[] keys, double[] values)
    {
        var output = new double[query.Length];
        for (int sequence = 0; sequence + 1 < Starts.Length; sequence++)
        for (int row = Starts[sequence]; row < Starts[sequence + 1]; row++)
        for (int head = 0; head < Heads; head++)
        {
            int first = Starts[sequence];
            int at = (row * Heads + head) * HeadDim;
            double total = 0;
            for (int other = first; other <= row; other++)
            {
                int kv = (other * KvHeads + head * KvHeads / Heads) * HeadDim;
                double score = 0;
                for (int i = 0; i < HeadDim; i++)
                    score += query[at + i] * keys[kv + i];
                double weight = Math.Exp(score * Scale);
                total += weight;
                for (int i = 0; i < HeadDim; i++)
                    output[at + i] += weight * values[kv + i];
            }
            for (int i = 0; i < HeadDim; i++)
                output[at + i] /= total;
        }
        return output;
    }

    internal float[] Forward(ITrainingBackend backend)
    {
        var output = new float[Query.Length];
        backend.CausalAttention(Input(), output);
        return output;
    }

    /// <summary>The gradients of queries, keys and values, one after the other.</summary>
    internal float[] Backward(ITrainingBackend backend)
    {
        var query = new float[Query.Length];
        var keys = new float[Keys.Length];
        var values = new float[Values.Length];
        backend.CausalAttentionBackward(Input(), Gradient, query, keys, values);
        return [.. query, .. keys, .. values];
    }

    internal CausalAttentionInput Input() =>
        new()
        {
            Query = Query,
            Keys = Keys,
            Values = Values,
            Starts = Starts,
            Heads = Heads,
            KvHeads = KvHeads,
            HeadDim = HeadDim,
            Scale = Scale,
        };
}
