// Owns the record of a computation: the operations in the order they ran, and the walk back through them.
using System.Runtime.CompilerServices;
using Tern.Kernels;

namespace Tern.Training.Autograd;

/// <summary>
/// Records operations as they run and differentiates them in reverse (reverse-mode automatic differentiation). The walk
/// back gives the memory of a value and its gradient back as soon as the operation that made it is done. Not thread-safe.
/// </summary>
/// <param name="backend">Runs the operations.</param>
/// <param name="pool">Lends the memory.</param>
public sealed partial class Tape(ITrainingBackend backend, TensorPool pool) : IDisposable
{
    private readonly List<(Variable Output, Action? Backward)> _nodes = [];

    /// <summary>Runs the operations.</summary>
    public ITrainingBackend Backend { get; } = backend;

    /// <summary>Lends the memory.</summary>
    public TensorPool Pool { get; } = pool;

    /// <summary>Whether gradients are wanted; without, operations keep only what the caller may still read.</summary>
    public bool IsRecording { get; init; } = true;

    /// <summary>Whether every result is looked through for values that are not finite; slow, for finding where they began.</summary>
    public bool ChecksValues { get; init; }

    /// <summary>A constant, or a value whose gradient the caller wants.</summary>
    /// <param name="values">Copied.</param>
    /// <param name="shape">Dimensions, outermost first.</param>
    /// <param name="needsGradient">Whether its gradient is kept after <see cref="Backward"/>.</param>
    /// <exception cref="ArgumentException">The values do not fill the shape.</exception>
    public Variable Input(ReadOnlySpan<float> values, ReadOnlySpan<long> shape, bool needsGradient = false)
    {
        var memory = Pool.Rent(shape);
        if (values.Length != memory.Values.Length)
        {
            Pool.Return(memory);
            throw new ArgumentException($"{values.Length} values do not fill a shape of {memory.Values.Length}");
        }
        values.CopyTo(memory.Values);
        var input = new Variable(this, shape, memory, needsGradient && IsRecording);
        _nodes.Add((input, null));
        return input;
    }

    /// <summary>Begins the walk back at a variable: its gradient is <paramref name="gradient"/>.</summary>
    /// <param name="variable">A result of this tape.</param>
    /// <param name="gradient">As many elements as it has.</param>
    public void Seed(Variable variable, ReadOnlySpan<float> gradient)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var memory = Pool.Rent(variable.Shape);
        gradient.CopyTo(memory.Values);
        variable.Accumulate(memory);
    }

    /// <summary>
    /// Walks back from the seeds to the inputs and parameters. Afterwards the tape is empty; of the variables only inputs
    /// that wanted a gradient still have one, until <see cref="Reset"/>.
    /// </summary>
    public void Backward()
    {
        int kept = 0;
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            var (output, backward) = _nodes[i];
            if (backward is null)
                continue;
            if (output.HasGradient)
                backward();
            output.Release();
        }
        for (int i = 0; i < _nodes.Count; i++)
        {
            var (output, backward) = _nodes[i];
            if (backward is null && output.NeedsGradient)
                _nodes[kept++] = _nodes[i];
            else
                output.Release();
        }
        _nodes.RemoveRange(kept, _nodes.Count - kept);
    }

    /// <summary>Forgets everything and takes all memory back.</summary>
    public void Reset()
    {
        foreach (var (output, _) in _nodes)
            output.Release();
        _nodes.Clear();
    }

    /// <summary>Takes all memory back. The pool and the backend stay the caller's.</summary>
    public void Dispose() => Reset();

    /// <summary>Room for the result of an operation on such operands.</summary>
    private Variable Output(ReadOnlySpan<long> shape, bool needsGradient) =>
        new(this, shape, Pool.Rent(shape), needsGradient && IsRecording);

    /// <summary>Enters an operation. <paramref name="backward"/> reads the output's gradient and adds to its operands'.</summary>
    private Variable Record(Variable output, Action backward, [CallerMemberName] string operation = "")
    {
        if (ChecksValues)
            Check(output, operation);
        _nodes.Add((output, output.NeedsGradient ? backward : static () => { }));
        return output;
    }

    private void Check(Variable output, string operation)
    {
        foreach (float value in output.Values)
        {
            if (!float.IsFinite(value))
                throw new NonFiniteValueException($"the result of operation {_nodes.Count}, {operation}: {value}");
        }
    }
}
