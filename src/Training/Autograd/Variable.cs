// Owns a value in a computation and, during the backward pass, the gradient of the loss by it.

namespace Tern.Training.Autograd;

/// <summary>
/// A float32 tensor that a <see cref="Tape"/> made. Its memory belongs to the tape: it is given back when the backward
/// pass has gone past the operation that made it, or at <see cref="Tape.Reset"/>.
/// </summary>
public sealed class Variable
{
    private readonly Tape _tape;
    private readonly long[] _shape;
    private PooledTensor? _value;
    private PooledTensor? _gradient;

    internal Variable(Tape tape, ReadOnlySpan<long> shape, PooledTensor value, bool needsGradient)
    {
        _tape = tape;
        _shape = shape.ToArray();
        _value = value;
        NeedsGradient = needsGradient;
    }

    /// <summary>Dimensions, outermost first.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>The product of all dimensions but the last.</summary>
    public int Rows
    {
        get
        {
            long rows = 1;
            for (int i = 0; i + 1 < _shape.Length; i++)
                rows *= _shape[i];
            return checked((int)rows);
        }
    }

    /// <summary>The last dimension.</summary>
    public int Columns => _shape.Length == 0 ? 1 : checked((int)_shape[^1]);

    /// <summary>Whether a gradient flows back to it.</summary>
    public bool NeedsGradient { get; }

    /// <summary>The elements.</summary>
    /// <exception cref="InvalidOperationException">The memory was given back.</exception>
    public Span<float> Values =>
        _value is { } value
            ? value.Values
            : throw new InvalidOperationException("the variable's memory was given back");

    /// <summary>The gradient of what the backward pass began from.</summary>
    /// <exception cref="InvalidOperationException">None has arrived.</exception>
    public Span<float> Gradient =>
        _gradient is { } gradient
            ? gradient.Values
            : throw new InvalidOperationException("no gradient has arrived at the variable");

    internal bool HasGradient => _gradient is not null;

    internal bool HasValue => _value is not null;

    /// <summary>Adds to the gradient, and takes the memory over.</summary>
    internal void Accumulate(PooledTensor gradient)
    {
        if (!NeedsGradient)
        {
            _tape.Pool.Return(gradient);
            return;
        }
        if (_gradient is not { } before)
        {
            _gradient = gradient;
            return;
        }
        // The sum goes where nobody else reads.
        var pool = _tape.Pool;
        _gradient =
            !before.IsShared ? before
            : !gradient.IsShared ? gradient
            : pool.Rent(_shape);
        _tape.Backend.Add(before.Values, gradient.Values, _gradient.Values);
        if (before != _gradient)
            pool.Return(before);
        if (gradient != _gradient)
            pool.Return(gradient);
    }

    /// <summary>Takes the gradient away, for an operation that passes it on as it is: others may be reading it.</summary>
    internal PooledTensor TakeGradient()
    {
        var gradient = _gradient ?? throw new InvalidOperationException("no gradient has arrived at the variable");
        _gradient = null;
        return gradient;
    }

    /// <summary>Takes the gradient away, for an operation that overwrites it.</summary>
    internal PooledTensor TakeOwnGradient()
    {
        var gradient = TakeGradient();
        if (!gradient.IsShared)
            return gradient;
        var copy = _tape.Pool.Rent(_shape);
        gradient.Values.CopyTo(copy.Values);
        _tape.Pool.Return(gradient);
        return copy;
    }

    /// <summary>Takes the value's memory away, for an operation that overwrites it.</summary>
    internal PooledTensor TakeValue()
    {
        var value = _value ?? throw new InvalidOperationException("the variable's memory was given back");
        _value = null;
        return value;
    }

    /// <summary>Gives all memory back.</summary>
    internal void Release()
    {
        if (_value is not null)
            _tape.Pool.Return(_value);
        if (_gradient is not null)
            _tape.Pool.Return(_gradient);
        _value = _gradient = null;
    }
}
