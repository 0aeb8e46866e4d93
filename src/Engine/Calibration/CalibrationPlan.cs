// Owns which steps are worth measuring.
namespace Tern.Engine.Calibration;

/// <summary>
/// Chunks and decodes of doubling size with hardly any context, some of them with a deep one, and a few steps that are both, which tell how
/// well the parts add up. Small steps first: where time runs out, what is missing is what grows most regularly.
/// </summary>
internal static class CalibrationPlan
{
    // What a decode has before it in the shallow steps, and deep enough that attention shows beside the weights.
    private const int ShallowContext = 16;
    private const int DeepContext = 1024;

    /// <summary>The steps that an engine of these sizes can make.</summary>
    /// <param name="maxBatchTokens">Most rows.</param>
    /// <param name="maxSequences">Most sequences.</param>
    /// <param name="contextLength">Longest sequence in tokens.</param>
    /// <param name="blocks">KV blocks there are.</param>
    /// <param name="blockSize">Tokens in a block.</param>
    public static IReadOnlyList<CalibrationStep> Of(
        int maxBatchTokens,
        int maxSequences,
        int contextLength,
        int blocks,
        int blockSize
    )
    {
        var shallow = Math.Min(ShallowContext, contextLength);
        var deep = Math.Min(DeepContext, contextLength / 2);
        var steps = new List<CalibrationStep>();
        foreach (var rows in Sizes(Math.Min(maxBatchTokens, contextLength)))
        {
            steps.Add(new(rows, 0, 0, 0));
            if (deep > shallow && rows is (16 or 64 or 256))
                steps.Add(new(rows, deep, 0, 0));
            if (rows is 64 or 256)
                steps.Add(new(rows, 0, Math.Min(8, maxSequences), shallow));
            if (rows > maxSequences)
                continue;
            steps.Add(new(0, 0, rows, shallow));
            if (deep > shallow && rows is (1 or 4))
                steps.Add(new(0, 0, rows, deep));
        }
        return
        [
            .. steps.Where(step =>
                step.Blocks(blockSize) <= blocks
                && step.Chunk + step.Sequences <= maxBatchTokens
                && step.After + step.Chunk <= contextLength
            ),
        ];
    }

    /// <summary>1, 2, 4 … and the largest.</summary>
    private static IEnumerable<int> Sizes(int largest)
    {
        for (var size = 1; size < largest; size *= 2)
            yield return size;
        yield return largest;
    }
}
