// Owns the AdamW optimizer.
using System.Numerics;
using System.Runtime.InteropServices;
using Tern.Tensors;
using Tern.Training.Autograd;

namespace Tern.Training.Optimizers;

/// <summary>Adam with decoupled weight decay (arXiv 1412.6980, 1711.05101).</summary>
public sealed class AdamW : IOptimizer
{
    private readonly Options _options;
    private readonly List<(Parameter Parameter, Tensor Mean, Tensor Square)> _entries = [];

    /// <param name="parameters">Those it changes.</param>
    /// <param name="options">Its numbers.</param>
    public AdamW(IEnumerable<Parameter> parameters, Options options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _options = options;
        foreach (var parameter in parameters)
        {
            var mean = Tensor.Allocate($"adam.mean.{parameter.Name}", DType.F32, parameter.Value.Shape);
            var square = Tensor.Allocate($"adam.square.{parameter.Name}", DType.F32, parameter.Value.Shape);
            _entries.Add((parameter, mean, square));
        }
        State = [.. _entries.SelectMany(entry => new[] { entry.Mean, entry.Square })];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> State { get; }

    /// <inheritdoc/>
    public void Step(float learningRate, long step)
    {
        float meanScale = (float)(1 / (1 - Math.Pow(_options.Beta1, step)));
        float squareScale = (float)(1 / (1 - Math.Pow(_options.Beta2, step)));
        foreach (var (parameter, mean, square) in _entries)
        {
            // Norms and biases are not pulled towards zero.
            float decay = parameter.Value.Shape.Length > 1 ? learningRate * _options.WeightDecay : 0;
            Update(
                parameter.Values,
                parameter.Gradients,
                mean.Span<float>(),
                square.Span<float>(),
                learningRate * meanScale,
                squareScale,
                decay
            );
        }
    }

    private void Update(
        Span<float> values,
        ReadOnlySpan<float> gradients,
        Span<float> means,
        Span<float> squares,
        float rate,
        float squareScale,
        float decay
    )
    {
        var (beta1, beta2, epsilon) = (_options.Beta1, _options.Beta2, _options.Epsilon);
        var wideValues = MemoryMarshal.Cast<float, Vector<float>>(values);
        var wideGradients = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        var wideMeans = MemoryMarshal.Cast<float, Vector<float>>(means);
        var wideSquares = MemoryMarshal.Cast<float, Vector<float>>(squares);
        for (int i = 0; i < wideValues.Length; i++)
        {
            var gradient = wideGradients[i];
            var mean = wideMeans[i] * beta1 + gradient * (1 - beta1);
            var square = wideSquares[i] * beta2 + gradient * gradient * (1 - beta2);
            (wideMeans[i], wideSquares[i]) = (mean, square);
            var root = Vector.SquareRoot(square * squareScale) + new Vector<float>(epsilon);
            wideValues[i] = wideValues[i] * (1 - decay) - mean * rate / root;
        }
        for (int i = wideValues.Length * Vector<float>.Count; i < values.Length; i++)
        {
            float mean = means[i] * beta1 + gradients[i] * (1 - beta1);
            float square = squares[i] * beta2 + gradients[i] * gradients[i] * (1 - beta2);
            (means[i], squares[i]) = (mean, square);
            values[i] = values[i] * (1 - decay) - mean * rate / (MathF.Sqrt(square * squareScale) + epsilon);
        }
    }

    /// <summary>Numbers of AdamW.</summary>
    public sealed record Options
    {
        /// <summary>Share of the running mean that is kept.</summary>
        public float Beta1 { get; init; } = 0.9f;

        /// <summary>Share of the running mean square that is kept.</summary>
        public float Beta2 { get; init; } = 0.95f;

        /// <summary>Added to the root mean square.</summary>
        public float Epsilon { get; init; } = 1e-8f;

        /// <summary>Pull of matrices towards zero, times the learning rate.</summary>
        public float WeightDecay { get; init; } = 0.1f;
    }
}
