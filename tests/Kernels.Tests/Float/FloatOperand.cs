// Owns a random operand of a float product, laid out in one of the ways that a product must take.
using Tern.Kernels.Cpu.Float;

namespace Tern.Kernels.Tests.Float;

/// <summary>How the elements of an operand lie.</summary>
public enum Layout
{
    /// <summary><c>[rows, depth]</c>.</summary>
    ByRows,

    /// <summary><c>[depth, rows]</c>, each line longer than it need be.</summary>
    ByDepth,

    /// <summary>No two neighbours touch.</summary>
    Apart,
}

internal sealed class FloatOperand
{
    public FloatOperand(int rows, int depth, Layout layout, int seed)
    {
        (RowStride, Step) = layout switch
        {
            Layout.ByRows => (depth, 1),
            Layout.ByDepth => (1, rows + 3),
            _ => (2 * depth + 1, 2),
        };
        // To the last element and no further.
        Values = Randoms.Floats(Math.Max((rows - 1) * RowStride + (depth - 1) * Step + 1, 0), seed);
    }

    public float[] Values { get; }

    public int RowStride { get; }

    public int Step { get; }

    /// <summary>The operand, its values being pinned there.</summary>
    public unsafe FloatMatrix At(float* pinned) => new(pinned, RowStride, Step);
}
