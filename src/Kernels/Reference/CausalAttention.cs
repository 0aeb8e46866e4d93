// Owns attention over whole sequences in the reference backend, and its gradient: for each row, P = softmax(Q·Kᵀ·scale),
// dV += Pᵀ·dO, dP = dO·Vᵀ, dS = P ∘ (dP - Σ P ∘ dP), dQ = dS·K·scale, dK += dSᵀ·Q·scale.
namespace Tern.Kernels.Reference;

internal static class CausalAttention
{
    public static void Forward(in CausalAttentionInput input, Span<float> output)
    {
        for (int sequence = 0; sequence < input.Sequences; sequence++)
        for (int row = input.Starts[sequence]; row < input.Starts[sequence + 1]; row++)
        for (int head = 0; head < input.Heads; head++)
        {
            var weights = Weights(input, input.Starts[sequence], row, head);
            var result = Vector(output, row, head, input.Heads, input.HeadDim);
            for (int i = 0; i < input.HeadDim; i++)
            {
                double sum = 0;
                for (int key = 0; key < weights.Length; key++)
                    sum += weights[key] * KvVector(input, input.Values, input.Starts[sequence] + key, head)[i];
                result[i] = (float)sum;
            }
        }
    }

    public static void Backward(
        in CausalAttentionInput input,
        ReadOnlySpan<float> gradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> valueGradient
    )
    {
        var keySums = new double[keyGradient.Length];
        var valueSums = new double[valueGradient.Length];
        for (int sequence = 0; sequence < input.Sequences; sequence++)
        for (int row = input.Starts[sequence]; row < input.Starts[sequence + 1]; row++)
        for (int head = 0; head < input.Heads; head++)
        {
            int first = input.Starts[sequence];
            var weights = Weights(input, first, row, head);
            var change = Vector(gradient, row, head, input.Heads, input.HeadDim);
            var query = Vector(input.Query, row, head, input.Heads, input.HeadDim);
            var weightChange = new double[weights.Length];
            double mean = 0;
            for (int key = 0; key < weights.Length; key++)
            {
                var value = KvVector(input, input.Values, first + key, head);
                for (int i = 0; i < input.HeadDim; i++)
                    weightChange[key] += (double)change[i] * value[i];
                mean += weights[key] * weightChange[key];
            }
            var querySums = new double[input.HeadDim];
            for (int key = 0; key < weights.Length; key++)
            {
                double scoreChange = weights[key] * (weightChange[key] - mean) * input.Scale;
                var vector = KvVector(input, input.Keys, first + key, head);
                int offset = ((first + key) * input.KvHeads + head / (input.Heads / input.KvHeads)) * input.HeadDim;
                for (int i = 0; i < input.HeadDim; i++)
                {
                    querySums[i] += scoreChange * vector[i];
                    keySums[offset + i] += scoreChange * query[i];
                    valueSums[offset + i] += weights[key] * change[i];
                }
            }
            for (int i = 0; i < input.HeadDim; i++)
                queryGradient[(row * input.Heads + head) * input.HeadDim + i] = (float)querySums[i];
        }
        for (int i = 0; i < keySums.Length; i++)
            (keyGradient[i], valueGradient[i]) = ((float)keySums[i], (float)valueSums[i]);
    }

    private static double[] Weights(in CausalAttentionInput input, int first, int row, int head)
    {
        var weights = new double[row - first + 1];
        var query = Vector(input.Query, row, head, input.Heads, input.HeadDim);
        for (int key = 0; key < weights.Length; key++)
        {
            var vector = KvVector(input, input.Keys, first + key, head);
            for (int i = 0; i < input.HeadDim; i++)
                weights[key] += (double)query[i] * vector[i];
            weights[key] *= input.Scale;
        }
        double max = weights.Max();
        double sum = 0;
        for (int key = 0; key < weights.Length; key++)
            sum += weights[key] = Math.Exp(weights[key] - max);
        for (int key = 0; key < weights.Length; key++)
            weights[key] /= sum;
        return weights;
    }

    private static ReadOnlySpan<float> KvVector(
        in CausalAttentionInput input,
        ReadOnlySpan<float> rows,
        int row,
        int head
    ) => Vector(rows, row, head / (input.Heads / input.KvHeads), input.KvHeads, input.HeadDim);

    private static ReadOnlySpan<float> Vector(ReadOnlySpan<float> rows, int row, int head, int heads, int dim) =>
        rows.Slice((row * heads + head) * dim, dim);

    private static Span<float> Vector(Span<float> rows, int row, int head, int heads, int dim) =>
        rows.Slice((row * heads + head) * dim, dim);
}
