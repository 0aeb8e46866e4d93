// Owns the description of an operand of a float product: where element (row, k) lies.
namespace Tern.Kernels.Cpu.Float;

/// <summary>Floats at any distance from each other, so that a matrix and its transpose are the same memory.</summary>
/// <param name="data">Element (0, 0).</param>
/// <param name="rowStride">Floats from a row to the next; rows are what the product keeps.</param>
/// <param name="depthStride">Floats along the depth, which the product sums over.</param>
internal readonly unsafe struct FloatMatrix(float* data, nint rowStride, nint depthStride)
{
    public nint RowStride => rowStride;

    public nint DepthStride => depthStride;

    /// <summary>A matrix <c>[rows, depth]</c>.</summary>
    public static FloatMatrix ByRows(float* data, int depth) => new(data, depth, 1);

    /// <summary>A matrix <c>[depth, rows]</c>.</summary>
    public static FloatMatrix ByDepth(float* data, int rows) => new(data, 1, rows);

    /// <summary>The same matrix from a later row and a later step on.</summary>
    public FloatMatrix From(int row, int k) => new(At(row, k), rowStride, depthStride);

    public float* At(int row, int k) => data + row * rowStride + k * depthStride;
}
