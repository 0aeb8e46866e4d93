// Owns the statistics that batch normalization gathers in training and uses at inference.
using Tern.Tensors;

namespace Tern.Training.Autograd;

/// <summary>Running means and variances of channels, 0 and 1 at first.</summary>
public sealed class RunningStatistics
{
    /// <summary>Weight of the newest batch.</summary>
    private const float Share = 0.1f;

    /// <param name="name">Of the layer in model files.</param>
    /// <param name="channels">Channels.</param>
    public RunningStatistics(string name, int channels)
    {
        Means = Tensor.Allocate($"{name}.running_mean", DType.F32, channels);
        Variances = Tensor.Allocate($"{name}.running_var", DType.F32, channels);
        Variances.Span<float>().Fill(1);
    }

    /// <summary><c>[channels]</c>.</summary>
    public Tensor Means { get; }

    /// <summary><c>[channels]</c>.</summary>
    public Tensor Variances { get; }

    /// <summary>Moves a tenth of the way to those of a batch, its variance as an estimate of that of all rows there are.</summary>
    internal void Follow(ReadOnlySpan<float> means, ReadOnlySpan<float> variances, int rows)
    {
        float correction = rows > 1 ? rows / (rows - 1f) : 1;
        var mean = Means.Span<float>();
        var variance = Variances.Span<float>();
        for (int i = 0; i < mean.Length; i++)
        {
            mean[i] += Share * (means[i] - mean[i]);
            variance[i] += Share * (correction * variances[i] - variance[i]);
        }
    }
}
