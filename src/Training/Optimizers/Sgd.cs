// Owns stochastic gradient descent.
using System.Numerics;
using System.Runtime.InteropServices;
using Tern.Tensors;
using Tern.Training.Autograd;

namespace Tern.Training.Optimizers;

/// <summary>Gradient descent with momentum and weight decay.</summary>
public sealed class Sgd : IOptimizer
{
    private readonly Options _options;
    private readonly List<(Parameter Parameter, Tensor Velocity)> _entries = [];

    /// <param name="parameters">Those it changes.</param>
    /// <param name="options">Its numbers.</param>
    public Sgd(IEnumerable<Parameter> parameters, Options options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _options = options;
        foreach (var parameter in parameters)
            _entries.Add(
                (parameter, Tensor.Allocate($"sgd.velocity.{parameter.Name}", DType.F32, parameter.Value.Shape))
            );
        State = [.. _entries.Select(entry => entry.Velocity)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> State { get; }

    /// <inheritdoc/>
    public void Step(float learningRate, long step)
    {
        foreach (var (parameter, velocity) in _entries)
            Update(parameter.Values, parameter.Gradients, velocity.Span<float>(), learningRate);
    }

    /// <summary>velocity = momentum · velocity + gradient + decay · value; value -= rate · velocity.</summary>
    private void Update(Span<float> values, ReadOnlySpan<float> gradients, Span<float> velocities, float rate)
    {
        var wideValues = MemoryMarshal.Cast<float, Vector<float>>(values);
        var wideGradients = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        var wideVelocities = MemoryMarshal.Cast<float, Vector<float>>(velocities);
        for (int i = 0; i < wideValues.Length; i++)
        {
            var change = wideGradients[i] + wideValues[i] * _options.WeightDecay;
            wideVelocities[i] = wideVelocities[i] * _options.Momentum + change;
            wideValues[i] -= wideVelocities[i] * rate;
        }
        for (int i = wideValues.Length * Vector<float>.Count; i < values.Length; i++)
        {
            velocities[i] = velocities[i] * _options.Momentum + (gradients[i] + values[i] * _options.WeightDecay);
            values[i] -= velocities[i] * rate;
        }
    }

    /// <summary>Numbers of gradient descent.</summary>
    public sealed record Options
    {
        /// <summary>Share of the velocity that is kept.</summary>
        public float Momentum { get; init; } = 0.9f;

        /// <summary>Pull towards zero, added to the gradient.</summary>
        public float WeightDecay { get; init; }
    }
}
