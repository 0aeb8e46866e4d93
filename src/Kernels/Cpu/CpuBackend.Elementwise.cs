// Owns the operations element by element in the CPU backend: checks and pins their operands.
namespace Tern.Kernels.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public void AddBias(Span<float> x, ReadOnlySpan<float> bias)
    {
        int rows = OperandChecks.Rows(x.Length, bias.Length, x.Length);
        fixed (float* a = x)
        fixed (float* b = bias)
            _operations.AddBias(_context, a, b, bias.Length, rows);
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> output)
    {
        OperandChecks.SameLength(x.Length, y.Length);
        OperandChecks.SameLength(x.Length, output.Length);
        fixed (float* a = x)
        fixed (float* b = y)
        fixed (float* c = output)
            _operations.Add(_context, a, b, c, x.Length);
    }

    /// <inheritdoc/>
    public void AddScaled(Span<float> x, ReadOnlySpan<float> y, float factor)
    {
        OperandChecks.SameLength(x.Length, y.Length);
        fixed (float* a = x)
        fixed (float* b = y)
            _operations.AddScaled(_context, a, b, factor, x.Length);
    }

    /// <inheritdoc/>
    public void Blend(Span<float> target, float targetWeight, ReadOnlySpan<float> other, float otherWeight)
    {
        OperandChecks.SameLength(target.Length, other.Length);
        fixed (float* x = target)
        fixed (float* y = other)
            _training.Blend(_context, x, targetWeight, y, otherWeight, target.Length);
    }

    /// <inheritdoc/>
    public void Scale(Span<float> x, float factor)
    {
        fixed (float* a = x)
            _operations.Scale(_context, a, factor, x.Length);
    }

    /// <inheritdoc/>
    public void SoftCap(Span<float> x, float cap)
    {
        fixed (float* a = x)
            _operations.SoftCap(_context, a, cap, x.Length);
    }

    /// <inheritdoc/>
    public void Gate(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> output, Activation activation)
    {
        OperandChecks.SameLength(gate.Length, up.Length);
        OperandChecks.SameLength(gate.Length, output.Length);
        fixed (float* a = gate)
        fixed (float* b = up)
        fixed (float* c = output)
            _operations.Gate(_context, a, b, c, gate.Length, activation);
    }

    /// <inheritdoc/>
    public void Activate(ReadOnlySpan<float> x, Span<float> output, Activation activation)
    {
        OperandChecks.SameLength(x.Length, output.Length);
        fixed (float* a = x)
        fixed (float* b = output)
            _operations.Activate(_context, a, b, x.Length, activation);
    }
}
