// Owns the measure of how much of a training step its matrix products need.
using System.Diagnostics;
using Tern.Kernels;
using Tern.Training.Autograd;

namespace Tern.Training.Runs;

/// <summary>
/// The share of a step's time that its own matrix products take when they run back to back: what is left is everything else
/// (attention, norms, the optimizer, waiting for memory).
/// </summary>
public static class KernelEfficiency
{
    /// <summary>Runs the products again, on operands of their shapes.</summary>
    /// <param name="backend">The backend of the step.</param>
    /// <param name="products">What the step's forward and backward passes multiplied.</param>
    /// <param name="step">How long the step took.</param>
    /// <returns>From 0 to about 1; above it where the step was disturbed less than the measurement.</returns>
    public static double Measure(ITrainingBackend backend, IReadOnlyCollection<ProductShape> products, TimeSpan step)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(products);
        if (products.Count == 0)
            return 0;
        float[] left = Touched(products.Max(shape => shape.Rows * shape.Inner));
        float[] right = Touched(products.Max(shape => shape.Inner * shape.Columns));
        float[] result = Touched(products.Max(shape => shape.Rows * shape.Columns));
        long began = Stopwatch.GetTimestamp();
        foreach (var shape in products)
            backend.Product(
                View(left, shape.Rows, shape.Inner, shape.TransposesLeft),
                View(right, shape.Inner, shape.Columns, shape.TransposesRight),
                result.AsSpan(0, shape.Rows * shape.Columns),
                shape.Accumulates
            );
        return Stopwatch.GetElapsedTime(began) / step;
    }

    /// <summary>Memory that the system has handed out already, so that the clock does not run while it does.</summary>
    private static float[] Touched(int length)
    {
        var values = new float[length];
        values.AsSpan().Fill(1);
        return values;
    }

    private static MatrixView View(float[] values, int rows, int columns, bool transposed)
    {
        var elements = values.AsSpan(0, rows * columns);
        return transposed ? MatrixView.Of(elements, rows).Transposed : MatrixView.Of(elements, columns);
    }
}
