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
    /// <summary>Rows of a Gram matrix multiplied at a time: few, so that little of the other triangle is; enough for the kernels.</summary>
    private const int BandRows = 64;

    /// <summary>Side of the squares in which a triangle is copied; divides <see cref="BandRows"/>.</summary>
    private const int MirrorSide = 16;

    private readonly ITrainingBackend _backend;
    private readonly Options _options;
    private readonly List<(Parameter Parameter, Tensor Momentum)> _entries = [];
    private readonly float[] _direction;
    private readonly float[] _next;
    private readonly float[] _gram;
    private readonly float[] _polynomial;
    private readonly float[] _band;

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
        _band = new float[BandRows * side];
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
            _backend.Blend(moments, _options.Momentum, gradients, 1);
            gradients.CopyTo(direction);
            _backend.Blend(direction, 1, moments, _options.Momentum); // Nesterov's look ahead
            Orthogonalize(direction, rows, columns);
            float rate = learningRate * 0.2f * MathF.Sqrt(Math.Max(rows, columns));
            _backend.Blend(parameter.Values, 1 - learningRate * _options.WeightDecay, direction, -rate);
        }
    }

    /// <summary>Five steps of X ← aX + (bG + cG²)X with G = XXᵀ, whose fixed points have singular values near 1.</summary>
    private void Orthogonalize(Span<float> matrix, int rows, int columns)
    {
        const float A = 3.4445f;
        const float B = -4.7750f;
        const float C = 2.0315f;
        _backend.Scale(matrix, (float)(1 / (Math.Sqrt(SquareSum.Of(matrix)) + 1e-7)));
        // Of XXᵀ and XᵀX the smaller.
        bool isWide = rows <= columns;
        int side = Math.Min(rows, columns);
        var gram = _gram.AsSpan(0, side * side);
        var polynomial = _polynomial.AsSpan(0, side * side);
        var next = _next.AsSpan(0, matrix.Length);
        for (int i = 0; i < 5; i++)
        {
            var x = MatrixView.Of(matrix, columns);
            Gram(isWide ? x : x.Transposed, gram);
            // G is its own transpose, so G² is a product of that kind too.
            Gram(MatrixView.Of(gram, side), polynomial);
            _backend.Blend(polynomial, C, gram, B);
            var p = MatrixView.Of(polynomial, side);
            if (isWide)
                _backend.Product(p, x, next, accumulate: false);
            else
                _backend.Product(x, p, next, accumulate: false);
            _backend.Blend(matrix, A, next, 1);
        }
    }

    /// <summary>
    /// XXᵀ, of which one triangle is multiplied and the other copied: element [j, i] is the same sum in the same order as [i, j].
    /// </summary>
    private void Gram(MatrixView x, Span<float> gram)
    {
        int side = x.Rows;
        for (int first = 0; first < side; first += BandRows)
        {
            int rows = Math.Min(BandRows, side - first);
            int columns = first + rows;
            var band = _band.AsSpan(0, rows * columns);
            _backend.Product(x.Slice(first, rows), x.Slice(0, columns).Transposed, band, accumulate: false);
            for (int i = 0; i < rows; i++)
                band.Slice(i * columns, columns).CopyTo(gram[((first + i) * side)..]);
            for (int j = 0; j < first; j += MirrorSide)
            for (int i = 0; i < rows; i += MirrorSide)
                Mirror(gram, side, first + i, Math.Min(first + rows, first + i + MirrorSide), j, j + MirrorSide);
        }
    }

    /// <summary>gram[j, i] = gram[i, j] for a small square, whose rows then stay in the first-level cache.</summary>
    private static void Mirror(Span<float> gram, int side, int firstRow, int endRow, int firstColumn, int endColumn)
    {
        for (int j = firstColumn; j < endColumn; j++)
        {
            var target = gram.Slice(j * side, endRow);
            for (int i = firstRow; i < target.Length; i++)
                target[i] = gram[i * side + j];
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
