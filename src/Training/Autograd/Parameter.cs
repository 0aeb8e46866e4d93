// Owns a tensor that training changes, and the gradient it gathers.
using Tern.Tensors;

namespace Tern.Training.Autograd;

/// <summary>A trained tensor. Its gradient is added to by every backward pass until <see cref="ClearGradient"/>.</summary>
public sealed class Parameter
{
    private readonly List<Parameter> _shares = [];

    private Parameter(string name, Tensor value)
    {
        Name = name;
        Value = value;
        Gradient = Tensor.Allocate(name + ".gradient", DType.F32, value.Shape);
    }

    /// <summary>A parameter of zeros.</summary>
    /// <param name="name">The tensor's name in model files.</param>
    /// <param name="shape">Dimensions, outermost first.</param>
    public Parameter(string name, params ReadOnlySpan<long> shape)
        : this(name, Tensor.Allocate(name, DType.F32, shape)) { }

    /// <summary>The tensor's name in model files.</summary>
    public string Name { get; }

    /// <summary>The float32 value.</summary>
    public Tensor Value { get; }

    /// <summary>The gradient of the loss by it, of the same shape.</summary>
    public Tensor Gradient { get; }

    /// <summary>The elements of the value.</summary>
    public Span<float> Values => Value.Span<float>();

    /// <summary>The elements of the gradient.</summary>
    public Span<float> Gradients => Gradient.Span<float>();

    /// <summary>
    /// The same value for a second use, which gathers a gradient of its own: so each sum keeps one order, however a batch
    /// was cut, and <see cref="CollectGradient"/> adds the sums.
    /// </summary>
    public Parameter Share(string use)
    {
        var share = new Parameter($"{Name} ({use})", Value);
        _shares.Add(share);
        return share;
    }

    /// <summary>Adds the gradients of all uses to this one's. Once for each optimizer step.</summary>
    public void CollectGradient()
    {
        foreach (var share in _shares)
        {
            var target = Gradients;
            var source = share.Gradients;
            for (int i = 0; i < target.Length; i++)
                target[i] += source[i];
            source.Clear();
        }
    }

    /// <summary>Sets the gradients of all uses to zero.</summary>
    public void ClearGradient()
    {
        Gradients.Clear();
        foreach (var share in _shares)
            share.Gradients.Clear();
    }
}
