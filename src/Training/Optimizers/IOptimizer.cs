// Owns what a training loop asks of an optimizer.
using Tern.Tensors;
using Tern.Training.Autograd;

namespace Tern.Training.Optimizers;

/// <summary>Changes parameters by their gradients.</summary>
public interface IOptimizer
{
    /// <summary>Moments and the like, under names that stay the same from run to run: what a checkpoint keeps.</summary>
    IReadOnlyList<Tensor> State { get; }

    /// <summary>One step on the gathered gradients.</summary>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="step">Number of the step, from 1.</param>
    void Step(float learningRate, long step);
}
