// Owns a network of three linear layers for images of digits.
using Tern.Kernels;
using Tern.Training.Autograd;
using Tern.Training.Language;

namespace Tern.Training.Vision;

/// <summary>784 pixels, 256 and 128 values between, 10 classes: the size that examples on MNIST commonly have.</summary>
public sealed class DigitMlp
{
    private static readonly int[] s_widths = [RenderedDigits.Size * RenderedDigits.Size, 256, 128, 10];

    private readonly Parameter[] _weights = new Parameter[s_widths.Length - 1];
    private readonly Parameter[] _biases = new Parameter[s_widths.Length - 1];

    /// <summary>A network of zeros.</summary>
    public DigitMlp()
    {
        for (int i = 0; i < _weights.Length; i++)
        {
            _weights[i] = new Parameter($"linear{i + 1}.weight", s_widths[i + 1], s_widths[i]);
            _biases[i] = new Parameter($"linear{i + 1}.bias", s_widths[i + 1]);
        }
        Parameters = [.. _weights.Zip(_biases).SelectMany(pair => new[] { pair.First, pair.Second })];
    }

    /// <summary>All that is trained, from the images to the classes.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The logits of the classes, <c>[samples, 10]</c>.</summary>
    /// <param name="tape">Runs and records the operations.</param>
    /// <param name="images"><c>[samples, 28, 28, 1]</c>.</param>
    /// <exception cref="ArgumentException">The images have another size.</exception>
    public Variable Forward(Tape tape, Variable images)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var x = tape.Flatten(images);
        for (int i = 0; i < _weights.Length; i++)
        {
            if (i > 0)
                x = tape.Activate(x, Activation.Relu);
            x = tape.AddBias(tape.Linear(x, _weights[i]), _biases[i]);
        }
        return x;
    }

    /// <summary>Draws matrices from normal distributions of variance 2 / inputs (arXiv 1502.01852) and sets biases to 0.</summary>
    public void Initialize(ulong seed)
    {
        for (int i = 0; i < _weights.Length; i++)
        {
            InitialNoise.Fill(_weights[i].Values, MathF.Sqrt(2f / s_widths[i]), seed, stream: (ulong)i);
            _biases[i].Values.Clear();
        }
    }
}
