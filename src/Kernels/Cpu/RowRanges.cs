// Owns which positions each row of an item of attention sees.
namespace Tern.Kernels.Cpu;

internal readonly unsafe struct RowRanges(int* memory)
{
    public static long Floats(in AttentionJob job) => 2L * job.ItemRows;

    /// <summary>Says which positions a row sees.</summary>
    public void See(int row, int first, int end)
    {
        memory[2 * row] = first;
        memory[2 * row + 1] = end;
    }

    /// <summary>What the row sees of the positions from <paramref name="start"/> on, relative to it; nothing if From ≥ To.</summary>
    public (int From, int To) Visible(int row, int start, int count) =>
        (Math.Max(0, memory[2 * row] - start), Math.Min(count, memory[2 * row + 1] - start));
}
