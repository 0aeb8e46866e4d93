// Owns the product of two float matrices in the reference backend: each result one chain of fused multiply-adds, in order.
namespace Tern.Kernels.Reference;

internal static class FloatProduct
{
    /// <summary>c[m, n] = (c[m, n] or 0) + Σ_k a(m, k) · b(n, k): the same bits as the fast product.</summary>
    public static void Run(
        Operand a,
        Operand b,
        Span<float> c,
        int resultStride,
        int rows,
        int outputs,
        int depth,
        bool adds
    )
    {
        for (int m = 0; m < rows; m++)
        for (int n = 0; n < outputs; n++)
        {
            float sum = adds ? c[m * resultStride + n] : 0;
            for (int k = 0; k < depth; k++)
                sum = MathF.FusedMultiplyAdd(a[m, k], b[n, k], sum);
            c[m * resultStride + n] = sum;
        }
    }

    /// <summary>A matrix of any strides.</summary>
    internal readonly ref struct Operand(ReadOnlySpan<float> values, int rowStride, int depthStride)
    {
        private readonly ReadOnlySpan<float> _values = values;

        public float this[int row, int k] => _values[row * rowStride + k * depthStride];
    }
}
