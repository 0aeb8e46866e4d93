// Owns the running softmax of an item's rows: largest score, sum of weights and weighted sum of values.
namespace Tern.Kernels.Cpu;

internal readonly unsafe struct RowState(in AttentionJob job, float* memory)
{
    /// <summary>Per row the largest score; -∞ for a row that has seen nothing.</summary>
    public readonly float* Largest = memory;

    /// <summary>Per row the sum of weights e^(score - largest).</summary>
    public readonly float* Weights = memory + job.ItemRows;

    /// <summary>Per row the weighted sum of values.</summary>
    public readonly float* Values = memory + 2 * job.ItemRows;

    private readonly int _rows = job.ItemRows;
    private readonly int _valueFloats = job.ItemRows * job.ValueWidth;

    public static long Floats(in AttentionJob job) => (long)job.ItemRows * (2 + job.ValueWidth);

    public void Clear()
    {
        new Span<float>(Largest, _rows).Fill(float.NegativeInfinity);
        new Span<float>(Weights, _rows + _valueFloats).Clear();
    }
}
