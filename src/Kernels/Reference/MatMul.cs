// Owns the matrix product of the reference backend: one weight row at a time, expanded, dotted in double precision.
using Tern.Tensors;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Reference;

internal static class MatMul
{
    public static void Run(Tensor weight, ReadOnlySpan<float> input, Span<float> output, int rows)
    {
        int outputs = checked((int)weight.Rows);
        int width = checked((int)weight.Columns);
        var values = new float[width];
        for (int o = 0; o < outputs; o++)
        {
            Dequantizer.Row(weight.Type, weight.Row(o), values);
            for (int r = 0; r < rows; r++)
            {
                double sum = 0;
                for (int i = 0; i < width; i++)
                    sum += (double)values[i] * input[r * width + i];
                output[r * outputs + o] = (float)sum;
            }
        }
    }
}
