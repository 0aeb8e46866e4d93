// Owns a random product of float matrices and the ways to compute it. Results lie in rows with a gap, which must stay.
using Tern.Kernels.Cpu;
using Tern.Kernels.Cpu.Float;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Tests.Float;

internal sealed unsafe class FloatCase(int rows, int outputs, int depth, Layout a, Layout b, int seed)
{
    private const int Gap = 3;
    private readonly FloatOperand _a = new(rows, depth, a, seed);
    private readonly FloatOperand _b = new(outputs, depth, b, seed + 1);
    private readonly float[] _before = Randoms.Floats(rows * (outputs + Gap), seed + 2);

    public float[] Before => [.. _before];

    /// <summary>The triple loop.</summary>
    public float[] Reference(bool adds)
    {
        float[] c = Before;
        var (x, w) = (_a, _b);
        Kernels.Reference.FloatProduct.Run(
            new(x.Values, x.RowStride, x.Step),
            new(w.Values, w.RowStride, w.Step),
            c,
            outputs + Gap,
            rows,
            outputs,
            depth,
            adds
        );
        return c;
    }

    /// <summary>On all threads of a pool: of some rows, a part of the depth.</summary>
    public void Run<TLanes>(float[] c, int threads, bool adds, Range row, Range step)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        using var context = new CpuContext(threads);
        var (firstRow, count) = row.GetOffsetAndLength(rows);
        var (first, steps) = step.GetOffsetAndLength(depth);
        fixed (float* x = _a.Values)
        fixed (float* w = _b.Values)
        fixed (float* y = c)
            FloatProduct.Run<TLanes>(
                context,
                _a.At(x).From(firstRow, first),
                _b.At(w).From(0, first),
                Results(y, adds).Range(firstRow, count) with
                {
                    Depth = steps,
                }
            );
    }

    /// <summary>On the calling thread, without a pool.</summary>
    public void Alone<TLanes>(float[] c, bool adds)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var working = new float[FloatProduct.WorkingFloats];
        Array.Fill(working, float.NaN);
        fixed (float* x = _a.Values)
        fixed (float* w = _b.Values)
        fixed (float* y = c)
        fixed (float* memory = working)
            FloatProduct.Alone<TLanes>(_a.At(x), _b.At(w), Results(y, adds), memory);
    }

    private FloatResults Results(float* data, bool adds) =>
        new()
        {
            Data = data,
            Stride = outputs + Gap,
            Rows = rows,
            Outputs = outputs,
            Depth = depth,
            Adds = adds,
        };
}
