// Owns a batch normalization with its parameters and running statistics.
using Tern.Training.Autograd;

namespace Tern.Training.Vision;

internal sealed class BatchNormLayer(string name, int channels)
{
    private const float Epsilon = 1e-5f;

    public Parameter Weight { get; } = new($"{name}.weight", channels);

    public Parameter Bias { get; } = new($"{name}.bias", channels);

    public RunningStatistics Running { get; } = new(name, channels);

    public Variable Forward(Tape tape, Variable x) =>
        tape.IsRecording
            ? tape.BatchNorm(x, Weight, Bias, Epsilon, Running)
            : tape.BatchNormWith(x, Weight, Bias, Epsilon, Running);
}
