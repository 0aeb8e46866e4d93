// Owns the table of how fast the generated kernels for one row take weights in, from memory and from the caches, beside
// plain reading: what is missing to the speed of the memory is then either the kernel's or what surrounds it.
using Tern.Kernels.Cpu;
using Tern.Kernels.Cpu.Jit;
using Tern.Kernels.Cpu.Packed;
using Tern.Kernels.Limits;
using Tern.Kernels.Threading;
using Tern.Tensors;
using Tern.Tensors.Memory;

namespace Tern.Kernels.Benchmarks;

/// <summary>One row by panels of 16 outputs, every thread its own; GB/s of packed weights.</summary>
internal sealed unsafe class OneRowReport : IDisposable
{
    private const int Elements = 1 << 27; // far more than the caches hold
    private static readonly int[] s_widths = [1024, 2048];
    private const int CachedPanels = 8;
    private const int Rounds = 400;

    private readonly WorkerPool _pool = new(1);
    private readonly JitKernels _kernels;
    private readonly PackedWeight _weight;
    private readonly AlignedMemory _memory;
    private readonly DType _type;
    private readonly int _width;
    private readonly byte* _row;

    private OneRowReport(JitKernels kernels, DType type, int width, int threads)
    {
        _kernels = kernels;
        _type = type;
        _width = width;
        _weight = PackedWeight.Pack(_pool, Weights.Make(type, Elements / width, width, 1)[0]);
        long floats = QuantizedRows.Floats(1, width);
        _memory = new AlignedMemory((floats * sizeof(float)) + ((long)threads * WorkingBytes));
        _row = _memory.Pointer;
        fixed (float* x = Weights.Floats(width, 1))
            Row.Quantize(_pool, x);
    }

    private const int WorkingBytes = 64 << 10;

    private QuantizedRows Row => new((float*)_row, 1, _width);

    private byte* Working(int thread) =>
        _row + (QuantizedRows.Floats(1, _width) * sizeof(float)) + ((long)thread * WorkingBytes);

    public void Dispose()
    {
        _weight.Dispose();
        _pool.Dispose();
        _memory.Dispose();
    }

    /// <summary>Prints GB/s of one thread and of all.</summary>
    public static void Write(TextWriter output, IReadOnlyList<DType> types)
    {
        using var kernels = JitKernels.Create(
            ProcessorFeatures.Current,
            JitTiers.Choose(
                Environment.GetEnvironmentVariable(JitTiers.Variable),
                ProcessorFeatures.Current,
                CpuBackend.BestTier
            )
        );
        foreach (int threads in new[] { 1, Environment.ProcessorCount })
        {
            double read = ReadBandwidth.Measure(threads).BytesPerSecond;
            output.WriteLine(
                $"{threads} threads: reading {read / 1e9:F1} GB/s, {FloatRate.Measure(threads) / 1e9:F0} GFLOP/s"
            );
            foreach (int width in s_widths)
            foreach (var type in types)
            {
                using var report = new OneRowReport(kernels, type, width, threads);
                var (cached, memory) = report.Measure(threads);
                output.WriteLine(
                    $"{type, -6} {width} wide, from the caches {cached / 1e9, 6:F1}, from memory {memory / 1e9, 6:F1} GB/s ({memory / read:P0} of reading)"
                );
            }
        }
    }

    private (double Cached, double Memory) Measure(int threads)
    {
        int panels = _weight.Layout.Panels / 32 / threads;
        double[] seconds = ConcurrentRounds.Fastest(
            threads,
            kinds: 2,
            Rounds,
            (kind, round, thread) =>
            {
                if (kind == 0)
                    for (int repeat = 0; repeat < panels / CachedPanels; repeat++)
                        Multiply(thread * CachedPanels, CachedPanels, thread);
                else
                    Multiply(((round % 32 * threads) + thread) * panels, panels, thread);
            }
        );
        double bytes = (double)_weight.Layout.PanelBytes * threads * panels;
        return (bytes / seconds[0], bytes / seconds[1]);
    }

    private void Multiply(int first, int count, int thread)
    {
        float* results = stackalloc float[RowProduct.ManyPanels * PackedLayout.Panel];
        var kernels = _kernels.Of(_type);
        int atOnce = kernels.PanelsAtOnce(1);
        int apart = count / atOnce;
        for (int panel = first; panel < first + apart; panel++)
        {
            byte* scales = _weight.Data + (panel * _weight.Layout.PanelBytes);
            kernels.Multiply(
                new PanelTask
                {
                    X = Row,
                    Width = _width,
                    Scales = scales,
                    Codes = scales + _weight.Layout.ScaleStride,
                    Output = results,
                    OutputStride = PackedLayout.Panel,
                    Panels = atOnce,
                    PanelStride = apart * _weight.Layout.PanelBytes,
                    PanelOutputStride = PackedLayout.Panel,
                    Outputs = PackedLayout.Panel,
                    Working = (float*)Working(thread),
                }
            );
        }
    }
}
