// Owns attention over a paged cache in the reference backend: all scores first, then softmax, then the weighted sum.
using Tern.Tensors;

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
        double max = input.Sinks.IsEmpty ? double.NegativeInfinity : input.Sinks[head];
        for (int position = first; position < end; position++)
        {
            byte* key = Vector(input, input.Keys, sequence, position, kvHead);
            double score = 0;
            for (int i = 0; i < keyDim; i++)
                score += (double)q[i] * Element(input.Keys.Type, key, i);
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
            byte* value = Vector(input, input.Values, sequence, position, kvHead);
            for (int i = 0; i < valueDim; i++)
                weighted[i] += weight * Element(input.Values.Type, value, i);
        }
        for (int i = 0; i < valueDim; i++)
            result[i] = (float)(weighted[i] / sum);
    }

    private static byte* Vector(
        in AttentionInput input,
        in KvView view,
        AttentionSequence sequence,
        int position,
        int kvHead
    )
    {
        int block = input.BlockTables[sequence.BlockTableStart + position / view.BlockSize];
        int elementBytes = view.Type == DType.F32 ? sizeof(float) : sizeof(ushort);
        return (byte*)view.Data
            + block * view.BlockStride
            + position % view.BlockSize * view.TokenStride
            + (long)kvHead * view.HeadDim * elementBytes;
    }

    private static float Element(DType type, byte* vector, int index) =>
        type == DType.F32 ? ((float*)vector)[index] : (float)((Half*)vector)[index];
}
