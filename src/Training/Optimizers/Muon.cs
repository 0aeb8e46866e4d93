// Owns the Muon optimizer.
using Tern.Kernels;
using Tern.Tensors;
using Tern.Training.Autograd;

namespace Tern.Training.Optimizers;

/// <summary>
/// Momentum made orthogonal by a Newton-Schulz iteration (K. Jordan, Muon, 2024), for hidden matrices; its steps are
/// scaled to the size of AdamW's (arXiv 2502.16982), so both share a learning rate.
/// </summary>
public sealed class Muon : IOptimizer
{
    private readonly ITrainingBackend _backend;
    private readonly Options _options;
    private readonly List<(Parameter Parameter, Tensor Momentum)> _entries = [];
    private readonly float[] _direction;
    private readonly float[] _next;
    private readonly float[] _gram;
    private readonly float[] _polynomial;

    /// <param name="backend">Multiplies the matrices.</param>
    /// <param name="parameters">Matrices.</param>
    /// <param name="options">Its numbers.</param>
    /// <exception cref="ArgumentException">A parameter is no matrix.</exception>
    public Muon(ITrainingBackend backend, IEnumerable<Parameter> parameters, Options options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _backend = backend;
        _options = options;
        long largest = 0;
        long side = 0;
        foreach (var parameter in parameters)
        {
            if (parameter.Value.Shape.Length != 2)
                throw new ArgumentException($"Muon trains matrices, which {parameter.Value} is not");
            _entries.Add(
                (parameter, Tensor.Allocate($"muon.momentum.{parameter.Name}", DType.F32, parameter.Value.Shape))
            );
            largest = Math.Max(largest, parameter.Value.Elements);
            side = Math.Max(side, Math.Min(parameter.Value.Rows, parameter.Value.Columns));
        }
        _direction = new float[largest];
        _next = new float[largest];
        _gram = new float[side * side];
        _polynomial = new float[side * side];
        State = [.. _entries.Select(entry => entry.Momentum)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> State { get; }

    /// <inheritdoc/>
    public void Step(float learningRate, long step)
    {
        foreach (var (parameter, momentum) in _entries)
        {
            int rows = checked((int)parameter.Value.Rows);
            int columns = checked((int)parameter.Value.Columns);
            var moments = momentum.Span<float>();
            var direction = _direction.AsSpan(0, moments.Length);
            var gradients = parameter.Gradients;
            for (int i = 0; i < moments.Length; i++)
            {
                moments[i] = moments[i] * _options.Momentum + gradients[i];
                direction[i] = gradients[i] + moments[i] * _options.Momentum; // Nesterov's look ahead
            }
            Orthogonalize(direction, rows, columns);
            float rate = learningRate * 0.2f * MathF.Sqrt(Math.Max(rows, columns));
            float keep = 1 - learningRate * _options.WeightDecay;
            var values = parameter.Values;
            for (int i = 0; i < values.Length; i++)
                values[i] = values[i] * keep - direction[i] * rate;
        }
    }

    /// <summary>Five steps of X ← aX + (bG + cG²)X with G = XXᵀ, whose fixed points have singular values near 1.</summary>
    private void Orthogonalize(Span<float> matrix, int rows, int columns)
    {
        const float A = 3.4445f;
        const float B = -4.7750f;
        const float C = 2.0315f;
        double squares = 0;
        foreach (float value in matrix)
            squares += (double)value * value;
        float scale = (float)(1 / (Math.Sqrt(squares) + 1e-7));
        foreach (ref float value in matrix)
            value *= scale;
        // Of XXᵀ and XᵀX the smaller.
        bool isWide = rows <= columns;
        int side = Math.Min(rows, columns);
        var gram = _gram.AsSpan(0, side * side);
        var polynomial = _polynomial.AsSpan(0, side * side);
        var next = _next.AsSpan(0, matrix.Length);
        for (int i = 0; i < 5; i++)
        {
            var x = MatrixView.Of(matrix, columns);
            if (isWide)
                _backend.Product(x, x.Transposed, gram, accumulate: false);
            else
                _backend.Product(x.Transposed, x, gram, accumulate: false);
            var g = MatrixView.Of(gram, side);
            _backend.Product(g, g, polynomial, accumulate: false);
            for (int j = 0; j < gram.Length; j++)
                polynomial[j] = B * gram[j] + C * polynomial[j];
            var p = MatrixView.Of(polynomial, side);
            if (isWide)
                _backend.Product(p, x, next, accumulate: false);
            else
                _backend.Product(x, p, next, accumulate: false);
            for (int j = 0; j < matrix.Length; j++)
                matrix[j] = A * matrix[j] + next[j];
        }
    }

    /// <summary>Numbers of Muon.</summary>
    public sealed record Options
    {
        /// <summary>Share of the momentum that is kept.</summary>
        public float Momentum { get; init; } = 0.95f;

        /// <summary>Pull towards zero, times the learning rate.</summary>
        public float WeightDecay { get; init; } = 0.1f;
    }
}
