// Owns the list of operations that training needs beyond a forward pass: one matrix product with free strides and the
// gradients of the others. As in IBackend, every sum has one fixed order, and sums over rows run in the order of the rows:
// a gradient accumulated over batches cut anywhere is bitwise that of the whole.
namespace Tern.Kernels;

/// <summary>The operations of a backward pass on float32 values. Gradients named "added to" are accumulated, others written.</summary>
public partial interface ITrainingBackend : IBackend
{
    /// <summary>
    /// result[i, j] = (accumulate ? result[i, j] : 0) + Σ left[i, l] · right[l, j], one chain of fused multiply-adds over
    /// ascending l. Bitwise what <see cref="IBackend.MatMul"/> gives for a float32 weight.
    /// </summary>
    /// <param name="left"><c>[rows, inner]</c>.</param>
    /// <param name="right"><c>[inner, columns]</c>.</param>
    /// <param name="result"><c>[rows, columns]</c>, contiguous.</param>
    /// <param name="accumulate">Whether to add to what <paramref name="result"/> holds.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    void Product(in MatrixView left, in MatrixView right, Span<float> result, bool accumulate);

    /// <summary>target = targetWeight · target + otherWeight · other, each product rounded.</summary>
    /// <param name="target">Read and written.</param>
    /// <param name="targetWeight">Its factor.</param>
    /// <param name="other">As many elements.</param>
    /// <param name="otherWeight">Its factor.</param>
    void Blend(Span<float> target, float targetWeight, ReadOnlySpan<float> other, float otherWeight);

    /// <summary>Gradient of <see cref="IBackend.Gather"/>: table[ids[r], :] += gradient[r, :], in the order of the rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the table.</exception>
    void ScatterAdd(ReadOnlySpan<float> gradient, ReadOnlySpan<int> ids, Span<float> table, int width);

    /// <summary>Gradient of <see cref="IBackend.RmsNorm"/>.</summary>
    /// <param name="input">What was normalized, <c>[rows, width]</c>.</param>
    /// <param name="weight">Its factors, <c>[width]</c>.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="gradient">Of the output, <c>[rows, width]</c>.</param>
    /// <param name="inputGradient">Written, <c>[rows, width]</c>; may be <paramref name="gradient"/>.</param>
    /// <param name="weightGradient">Added to, <c>[width]</c>.</param>
    void RmsNormBackward(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weight,
        float epsilon,
        Span<float> gradient,
        Span<float> inputGradient,
        Span<float> weightGradient
    );

    /// <summary>Gradient of <see cref="IBackend.Gate"/>, from its operands before it ran.</summary>
    /// <param name="gate">The gate before activation.</param>
    /// <param name="up">The other factor.</param>
    /// <param name="gradient">Of the output.</param>
    /// <param name="gateGradient">Written; may be <paramref name="gradient"/>.</param>
    /// <param name="upGradient">Written.</param>
    /// <param name="activation">The function.</param>
    /// <exception cref="NotSupportedException">The function has no gradient here.</exception>
    void GateBackward(
        ReadOnlySpan<float> gate,
        ReadOnlySpan<float> up,
        Span<float> gradient,
        Span<float> gateGradient,
        Span<float> upGradient,
        Activation activation
    );

    /// <summary>Gradient of <see cref="IBackend.Activate"/>: gradient *= activation'(x), where x is the input.</summary>
    /// <exception cref="NotSupportedException">The function has no gradient here.</exception>
    void ActivateBackward(ReadOnlySpan<float> x, Span<float> gradient, Activation activation);

    /// <summary>Attention over whole sequences, bitwise as <see cref="IBackend.PagedAttention"/>.</summary>
    /// <param name="input">The sequences.</param>
    /// <param name="output">Written, <c>[rows, heads, headDim]</c>.</param>
    void CausalAttention(in CausalAttentionInput input, Span<float> output);

    /// <summary>Gradient of <see cref="CausalAttention"/>.</summary>
    /// <param name="input">What went in.</param>
    /// <param name="gradient">Gradient of what came out.</param>
    /// <param name="queryGradient">Written, as the queries.</param>
    /// <param name="keyGradient">Written, as the keys.</param>
    /// <param name="valueGradient">Written, as the values.</param>
    void CausalAttentionBackward(
        in CausalAttentionInput input,
        ReadOnlySpan<float> gradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> valueGradient
    );

    /// <summary>Gradient of <see cref="IBackend.AddBias"/>: sums[i] += Σ x[r, i], in the order of the rows.</summary>
    void AddColumnSums(ReadOnlySpan<float> x, Span<float> sums);

    /// <summary>
    /// Log-probability of one token a row: logits[r, tokens[r]] - log Σ exp(logits[r, :]), bitwise what the engine reports
    /// for the tokens it samples, and the entropy of the row's distribution.
    /// </summary>
    /// <param name="logits"><c>[rows, vocabulary]</c>; minus infinity rules a token out.</param>
    /// <param name="tokens"><c>[rows]</c>.</param>
    /// <param name="logProbabilities">Written, <c>[rows]</c>, natural logarithms.</param>
    /// <param name="logSums">Written, <c>[rows]</c>: what <see cref="LogProbabilitiesBackward"/> wants.</param>
    /// <param name="entropies">Written, <c>[rows]</c>, in nats; empty if not wanted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A token is outside the vocabulary.</exception>
    void LogProbabilities(
        ReadOnlySpan<float> logits,
        ReadOnlySpan<int> tokens,
        Span<float> logProbabilities,
        Span<double> logSums,
        Span<float> entropies
    );

    /// <summary>Turns logits into their gradient in place: Σ_r factor[r] · log p[r] + entropyFactor[r] · entropy[r].</summary>
    /// <param name="logits">As given to <see cref="LogProbabilities"/>; overwritten by the gradient.</param>
    /// <param name="tokens"><c>[rows]</c>.</param>
    /// <param name="logSums"><c>[rows]</c>.</param>
    /// <param name="factors">Gradient of the loss by each log-probability, <c>[rows]</c>.</param>
    /// <param name="entropies">The rows' entropies; empty if none has a factor.</param>
    /// <param name="entropyFactors">Gradient of the loss by each entropy, <c>[rows]</c>, or empty.</param>
    void LogProbabilitiesBackward(
        Span<float> logits,
        ReadOnlySpan<int> tokens,
        ReadOnlySpan<double> logSums,
        ReadOnlySpan<float> factors,
        ReadOnlySpan<float> entropies,
        ReadOnlySpan<float> entropyFactors
    );
}
