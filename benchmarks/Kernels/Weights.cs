// Owns the making of random weights for measurements.
using Tern.Tensors;
using Tern.Tensors.Quantization;

namespace Tern.Kernels.Benchmarks;

/// <summary>Random tensors.</summary>
internal static class Weights
{
    /// <summary>Copies of one random matrix, each in memory of its own.</summary>
    public static Tensor[] Make(DType type, int outputs, int width, int copies)
    {
        var first = Tensor.Allocate("weight", type, outputs, width);
        for (int o = 0; o < outputs; o++)
        {
            // Quantizing every row afresh would take longer than the measurement.
            if (o < 16)
                Quantizer.Row(type, Floats(width, o), first.Row(o));
            else
                first.Row(o % 16).CopyTo(first.Row(o));
        }
        var tensors = new Tensor[copies];
        tensors[0] = first;
        for (int i = 1; i < copies; i++)
        {
            tensors[i] = Tensor.Allocate("weight", type, outputs, width);
            for (int o = 0; o < outputs; o++)
                first.Row(o).CopyTo(tensors[i].Row(o));
        }
        return tensors;
    }

    /// <summary>Numbers between -0.05 and 0.05.</summary>
    public static float[] Floats(int count, int seed)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (random.NextSingle() - 0.5f) * 0.1f;
        return values;
    }
}
