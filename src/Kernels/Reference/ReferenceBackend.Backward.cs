// Owns the operations of training in the reference backend.
namespace Tern.Kernels.Reference;

public sealed partial class ReferenceBackend
{
    /// <inheritdoc/>
    public void Product(in MatrixView left, in MatrixView right, Span<float> result, bool accumulate)
    {
        OperandChecks.Product(left, right, result.Length);
        FloatProduct.Run(
            new FloatProduct.Operand(left.Values, left.RowStride, left.ColumnStride),
            new FloatProduct.Operand(right.Values, right.ColumnStride, right.RowStride),
            result,
            resultStride: right.Columns,
            left.Rows,
            right.Columns,
            left.Columns,
            accumulate
        );
    }

    /// <inheritdoc/>
    public void Blend(Span<float> target, float targetWeight, ReadOnlySpan<float> other, float otherWeight)
    {
        OperandChecks.SameLength(target.Length, other.Length);
        Elementwise.Blend(target, targetWeight, other, otherWeight);
    }

    /// <inheritdoc/>
    public void ScatterAdd(ReadOnlySpan<float> gradient, ReadOnlySpan<int> ids, Span<float> table, int width)
    {
        OperandChecks.ScatterAdd(gradient.Length, ids, table.Length, width);
        for (int row = 0; row < ids.Length; row++)
        for (int i = 0; i < width; i++)
            table[ids[row] * width + i] += gradient[row * width + i];
    }

    /// <inheritdoc/>
    public void RmsNormBackward(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weight,
        float epsilon,
        Span<float> gradient,
        Span<float> inputGradient,
        Span<float> weightGradient
    )
    {
        OperandChecks.Rows(input.Length, weight.Length, inputGradient.Length);
        OperandChecks.SameLength(input.Length, gradient.Length);
        OperandChecks.SameLength(weight.Length, weightGradient.Length);
        Normalization.RmsNormBackward(input, weight, epsilon, gradient, inputGradient, weightGradient);
    }

    /// <inheritdoc/>
    public void GateBackward(
        ReadOnlySpan<float> gate,
        ReadOnlySpan<float> up,
        Span<float> gradient,
        Span<float> gateGradient,
        Span<float> upGradient,
        Activation activation
    )
    {
        OperandChecks.SameLength(gate.Length, up.Length);
        OperandChecks.SameLength(gate.Length, gradient.Length);
        OperandChecks.SameLength(gate.Length, gateGradient.Length);
        OperandChecks.SameLength(gate.Length, upGradient.Length);
        Activations.GateBackward(gate, up, gradient, gateGradient, upGradient, activation);
    }

    /// <inheritdoc/>
    public void ActivateBackward(ReadOnlySpan<float> x, Span<float> gradient, Activation activation)
    {
        OperandChecks.SameLength(x.Length, gradient.Length);
        Activations.ActivateBackward(x, gradient, activation);
    }

    /// <inheritdoc/>
    public void CausalAttention(in CausalAttentionInput input, Span<float> output)
    {
        OperandChecks.CausalAttention(input, output.Length);
        Reference.CausalAttention.Forward(input, output);
    }

    /// <inheritdoc/>
    public void CausalAttentionBackward(
        in CausalAttentionInput input,
        ReadOnlySpan<float> gradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> valueGradient
    )
    {
        OperandChecks.CausalAttention(input, gradient.Length);
        OperandChecks.SameLength(gradient.Length, queryGradient.Length);
        OperandChecks.SameLength(input.Keys.Length, keyGradient.Length);
        OperandChecks.SameLength(input.Keys.Length, valueGradient.Length);
        Reference.CausalAttention.Backward(input, gradient, queryGradient, keyGradient, valueGradient);
    }

    /// <inheritdoc/>
    public void AddColumnSums(ReadOnlySpan<float> x, Span<float> sums)
    {
        OperandChecks.Rows(x.Length, sums.Length, x.Length);
        for (int i = 0; i < x.Length; i++)
            sums[i % sums.Length] += x[i];
    }

    /// <inheritdoc/>
    public void LogProbabilities(
        ReadOnlySpan<float> logits,
        ReadOnlySpan<int> tokens,
        Span<float> logProbabilities,
        Span<double> logSums,
        Span<float> entropies
    )
    {
        OperandChecks.LogProbabilities(
            logits.Length,
            tokens,
            logProbabilities.Length,
            logSums.Length,
            entropies.Length
        );
        Reference.LogProbabilities.Forward(logits, tokens, logProbabilities, logSums, entropies);
    }

    /// <inheritdoc/>
    public void LogProbabilitiesBackward(
        Span<float> logits,
        ReadOnlySpan<int> tokens,
        ReadOnlySpan<double> logSums,
        ReadOnlySpan<float> factors,
        ReadOnlySpan<float> entropies,
        ReadOnlySpan<float> entropyFactors
    )
    {
        OperandChecks.LogProbabilities(logits.Length, tokens, factors.Length, logSums.Length, entropies.Length);
        OperandChecks.SameLength(entropies.Length, entropyFactors.Length);
        Reference.LogProbabilities.Backward(logits, tokens, logSums, factors, entropies, entropyFactors);
    }
}
