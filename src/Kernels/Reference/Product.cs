// Owns the matrix product with free strides of the reference backend: each result one chain of fused multiply-adds.
namespace Tern.Kernels.Reference;

internal static class Product
{
    public static void Run(in MatrixView left, in MatrixView right, Span<float> result, bool accumulate)
    {
        for (int i = 0; i < left.Rows; i++)
        for (int j = 0; j < right.Columns; j++)
        {
            ref float target = ref result[i * right.Columns + j];
            float sum = accumulate ? target : 0;
            for (int l = 0; l < left.Columns; l++)
            {
                float a = left.Values[i * left.RowStride + l * left.ColumnStride];
                sum = MathF.FusedMultiplyAdd(a, right.Values[l * right.RowStride + j * right.ColumnStride], sum);
            }
            target = sum;
        }
    }
}
