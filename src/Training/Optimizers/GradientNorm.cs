// Owns the length of the gradient of all parameters together, and the limit on it.
using Tern.Kernels;
using Tern.Training.Autograd;

namespace Tern.Training.Optimizers;

/// <summary>Clipping by the global norm (arXiv 1211.5063). One order of summation, in double precision.</summary>
public static class GradientNorm
{
    /// <summary>Scales all gradients so that their norm is at most <paramref name="limit"/>.</summary>
    /// <param name="backend">Scales.</param>
    /// <param name="parameters">Of the model.</param>
    /// <param name="limit">The largest norm; 0 for none.</param>
    /// <returns>The norm before.</returns>
    public static double Clip(IBackend backend, IReadOnlyList<Parameter> parameters, float limit)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(parameters);
        double squares = 0;
        foreach (var parameter in parameters)
            squares += SquareSum.Of(parameter.Gradients);
        double norm = Math.Sqrt(squares);
        if (limit > 0 && norm > limit)
        {
            float scale = (float)(limit / norm);
            foreach (var parameter in parameters)
                backend.Scale(parameter.Gradients, scale);
        }
        return norm;
    }
}
