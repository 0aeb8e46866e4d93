// Owns the plain truth: every operation as a scalar loop written from its formula, sums in double precision.
using System.Runtime.InteropServices;
using Tern.Tensors;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Reference;

/// <summary>The backend that tests measure others against. Slow, single-threaded, obviously right.</summary>
public sealed partial class ReferenceBackend : ITrainingBackend
{
    /// <inheritdoc/>
    public string Name => "reference";

    /// <inheritdoc/>
    public Weight Prepare(Tensor matrix)
    {
        OperandChecks.Prepare(matrix);
        return new Weight(matrix);
    }

    /// <inheritdoc/>
    public void Refresh(Weight weight, Tensor values)
    {
        OperandChecks.Refresh(weight, values);
        var fresh = Tensor.Allocate(weight.Source.Name, weight.Source.Type, values.Rows, values.Columns);
        for (long row = 0; row < values.Rows; row++)
            Quantizer.Row(fresh.Type, MemoryMarshal.Cast<byte, float>(values.Row(row)), fresh.Row(row));
        weight.Source = fresh;
    }

    /// <inheritdoc/>
    public void MatMul(Weight weight, ReadOnlySpan<float> input, Span<float> output, int rows)
    {
        OperandChecks.MatMul(weight, input.Length, output.Length, rows);
        Reference.MatMul.Run(weight.Source, input, output, rows);
    }

    /// <inheritdoc/>
    public void Gather(Tensor table, ReadOnlySpan<int> ids, Span<float> output)
    {
        OperandChecks.Gather(table, ids, output.Length);
        Reference.Gather.Run(table, ids, output);
    }

    /// <inheritdoc/>
    public void RmsNorm(ReadOnlySpan<float> input, ReadOnlySpan<float> weight, float epsilon, Span<float> output)
    {
        OperandChecks.Rows(input.Length, weight.Length, output.Length);
        Normalization.RmsNorm(input, weight, epsilon, output);
    }

    /// <inheritdoc/>
    public void LayerNorm(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        float epsilon,
        Span<float> output
    )
    {
        OperandChecks.Rows(input.Length, weight.Length, output.Length);
        if (!bias.IsEmpty)
            OperandChecks.SameLength(weight.Length, bias.Length);
        Normalization.LayerNorm(input, weight, bias, epsilon, output);
    }

    /// <inheritdoc/>
    public void Rope(
        Span<float> x,
        ReadOnlySpan<int> positions,
        int heads,
        int headDim,
        ReadOnlySpan<float> inverseFrequencies,
        float magnitude,
        RopeStyle style
    )
    {
        OperandChecks.Rope(x.Length, positions.Length, heads, headDim, inverseFrequencies.Length);
        Reference.Rope.Run(x, positions, heads, headDim, inverseFrequencies, magnitude, style);
    }

    /// <inheritdoc/>
    public void StoreKv(ReadOnlySpan<float> rows, KvView cache, ReadOnlySpan<int> slots)
    {
        OperandChecks.StoreKv(rows.Length, cache, slots);
        Reference.StoreKv.Run(rows, cache, slots);
    }

    /// <inheritdoc/>
    public void PagedAttention(in AttentionInput input, Span<float> output)
    {
        OperandChecks.PagedAttention(input, output.Length);
        Reference.PagedAttention.Run(input, output);
    }

    /// <inheritdoc/>
    public void AddBias(Span<float> x, ReadOnlySpan<float> bias)
    {
        OperandChecks.Rows(x.Length, bias.Length, x.Length);
        Elementwise.AddBias(x, bias);
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> output)
    {
        OperandChecks.SameLength(x.Length, y.Length);
        OperandChecks.SameLength(x.Length, output.Length);
        Elementwise.Add(x, y, output);
    }

    /// <inheritdoc/>
    public void AddScaled(Span<float> x, ReadOnlySpan<float> y, float factor)
    {
        OperandChecks.SameLength(x.Length, y.Length);
        Elementwise.AddScaled(x, y, factor);
    }

    /// <inheritdoc/>
    public void Scale(Span<float> x, float factor) => Elementwise.Scale(x, factor);

    /// <inheritdoc/>
    public void SoftCap(Span<float> x, float cap) => Elementwise.SoftCap(x, cap);

    /// <inheritdoc/>
    public void Gate(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> output, Activation activation)
    {
        OperandChecks.SameLength(gate.Length, up.Length);
        OperandChecks.SameLength(gate.Length, output.Length);
        Activations.Gate(gate, up, output, activation);
    }

    /// <inheritdoc/>
    public void Activate(ReadOnlySpan<float> x, Span<float> output, Activation activation)
    {
        OperandChecks.SameLength(x.Length, output.Length);
        Activations.Activate(x, output, activation);
    }

    /// <inheritdoc/>
    public void Dispose() { }
}
