// Owns the running softmax of an item's rows: largest score, sum of weights and weighted sum of values.
namespace Tern.Kernels.Cpu;

internal readonly unsafe struct RowState(AttentionJob job, float* memory)
{
    /// <summary>Per row the largest score; -∞ for a row that has seen nothing.</summary>
    public readonly float* Largest = memory;

    /// <summary>Per row the sum of weights e^(score - largest).</summary>
    public readonly float* Weights = memory + AttentionJob.Rows;

    /// <summary>Per row the weighted sum of values.</summary>
    public readonly float* Values = memory + 2 * AttentionJob.Rows;

    private readonly int _valueFloats = AttentionJob.Rows * job.ValueWidth;

    public static long Floats(in AttentionJob job) => (long)AttentionJob.Rows * (2 + job.ValueWidth);

    public void Clear()
    {
        new Span<float>(Largest, AttentionJob.Rows).Fill(float.NegativeInfinity);
        new Span<float>(Weights, AttentionJob.Rows + _valueFloats).Clear();
    }
}
