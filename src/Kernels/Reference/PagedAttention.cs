// Owns attention over a paged cache in the reference backend: all scores first, then softmax, then the weighted sum.
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Reference;

internal static unsafe class PagedAttention
{
    public static void Run(in AttentionInput input, Span<float> output)
    {
        foreach (var sequence in input.Sequences)
            for (int query = 0; query < sequence.QueryCount; query++)
            for (int head = 0; head < input.Heads; head++)
                One(input, sequence, query, head, output);
    }

    private static void One(
        in AttentionInput input,
        AttentionSequence sequence,
        int query,
        int head,
        Span<float> output
    )
    {
        int keyDim = input.Keys.HeadDim;
        int valueDim = input.Values.HeadDim;
        int kvHead = head / (input.Heads / input.Keys.Heads);
        int row = sequence.QueryStart + query;
        var q = input.Query.Slice((row * input.Heads + head) * keyDim, keyDim);
        var result = output.Slice((row * input.Heads + head) * valueDim, valueDim);
        var (first, end) = input.VisibleRange(sequence, query);

        var scores = new double[end - first];
        var vector = new float[Math.Max(keyDim, valueDim)];
        double max = input.Sinks.IsEmpty ? double.NegativeInfinity : input.Sinks[head];
        for (int position = first; position < end; position++)
        {
            Read(input, input.Keys, sequence, position, kvHead, vector);
            double score = 0;
            for (int i = 0; i < keyDim; i++)
                score += (double)q[i] * vector[i];
            score *= input.Scale;
            if (input.SoftCap != 0)
                score = input.SoftCap * Math.Tanh(score / input.SoftCap);
            scores[position - first] = score;
            max = Math.Max(max, score);
        }

        double sum = input.Sinks.IsEmpty ? 0 : Math.Exp(input.Sinks[head] - max);
        var weighted = new double[valueDim];
        for (int position = first; position < end; position++)
        {
            double weight = Math.Exp(scores[position - first] - max);
            sum += weight;
            Read(input, input.Values, sequence, position, kvHead, vector);
            for (int i = 0; i < valueDim; i++)
                weighted[i] += weight * vector[i];
        }
        for (int i = 0; i < valueDim; i++)
            result[i] = (float)(weighted[i] / sum);
    }

    private static void Read(
        in AttentionInput input,
        in KvView view,
        AttentionSequence sequence,
        int position,
        int kvHead,
        Span<float> vector
    )
    {
        int block = input.BlockTables[sequence.BlockTableStart + position / view.BlockSize];
        byte* source = view.Vector(block * view.BlockSize + position % view.BlockSize, kvHead);
        Dequantizer.Row(view.Type, new ReadOnlySpan<byte>(source, view.VectorBytes), vector[..view.HeadDim]);
    }
}
