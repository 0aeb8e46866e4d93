// Owns the measurement of the two ways of prefill in tiles, on one thread, side by side.
using System.Diagnostics;
using Tern.Kernels.Cpu.Jit;
using Tern.Kernels.Cpu.Packed;
using Tern.Kernels.Threading;
using Tern.Tensors;
using Tern.Tensors.Memory;

namespace Tern.Kernels.Benchmarks;

/// <summary>A matrix of 2048 x 2048 by rows, in giga-operations a second (a multiplication and an addition are two).</summary>
internal sealed unsafe class TileKernels : IDisposable
{
    private const int Outputs = 2048;
    private const int Width = 2048;
    private const int Rows = 512;
    private const int Panel = PackedLayout.Panel;

    /// <summary>Inputs of a slice: its row tiles, 1 MiB, stay in the second-level cache while all panels pass by.</summary>
    private const int Slice = 1024;

    private readonly JitKernels _kernels;
    private readonly WorkerPool _pool = new(1);
    private readonly PackedWeight _weight;
    private readonly AlignedMemory _memory = new(64 << 20);
    private readonly DType _type;
    private readonly float[] _input = Weights.Floats(Rows * Width, 1);
    private readonly byte* _rows;
    private readonly byte* _rowTiles;
    private readonly byte* _panelTiles;
    private readonly byte* _scratch;
    private readonly float* _output;

    public TileKernels(JitKernels kernels, DType type)
    {
        _kernels = kernels;
        _type = type;
        _weight = PackedWeight.Pack(_pool, Weights.Make(type, Outputs, Width, 1)[0]);
        byte* free = _memory.Pointer;
        _rows = Take(QuantizedRows.Floats(Rows, Width) * sizeof(float));
        _rowTiles = Take(Rows * Width * 2);
        _panelTiles = Take(2 * Panel * Slice * 2);
        _scratch = Take(SlabTileProduct.ScratchBytes + Rows * Panel * sizeof(float));
        _output = (float*)Take(Rows * Outputs * sizeof(float));

        byte* Take(long bytes)
        {
            byte* start = free;
            free += (bytes + 63) / 64 * 64;
            return start;
        }
    }

    /// <summary>The results of the last measurement, <c>[rows, outputs]</c>.</summary>
    public ReadOnlySpan<float> Output => new(_output, Rows * Outputs);

    public void Dispose()
    {
        _weight.Dispose();
        _pool.Dispose();
        _memory.Dispose();
    }

    /// <summary>Rounding the rows to bytes and multiplying them with every panel.</summary>
    public void Bytes(int rows)
    {
        var kernels = _kernels.Of(_type);
        var x = new QuantizedRows((float*)_rows, rows, Width);
        fixed (float* input = _input)
            x.Quantize(_pool, input);
        for (int panel = 0; panel < _weight.Layout.Panels; panel++)
        {
            byte* scales = _weight.Data + panel * _weight.Layout.PanelBytes;
            kernels.Multiply(
                new PanelTask
                {
                    X = x,
                    Width = Width,
                    Scales = scales,
                    Codes = scales + _weight.Layout.ScaleStride,
                    Panels = 1,
                    PanelStride = 0,
                    Output = _output + panel * Panel,
                    OutputStride = Outputs,
                    PanelOutputStride = 0,
                    Outputs = Panel,
                    Working = (float*)_scratch,
                }
            );
        }
    }

    /// <summary>Rounding the rows to bfloat16 and multiplying them with expanded panels, slice by slice.</summary>
    public void BFloat16(int rows)
    {
        RoundRows(rows);
        const int SliceTiles = Slice / TileShape.Depth * TileShape.Bytes;
        const int RowTiles = Width / TileShape.Depth * TileShape.Bytes;
        for (int start = 0; start < Width; start += Slice)
        for (int output = 0; output < Outputs; output += TileShape.MaxOutputs)
        {
            for (int panel = 0; panel < 2; panel++)
                Expand(output / Panel + panel, start, _panelTiles + panel * SliceTiles);
            for (int row = 0; row < rows; row += TileShape.MaxRows)
            {
                int count = Math.Min(TileShape.MaxRows, rows - row);
                var job = new TileJob
                {
                    Shape = TileShape.ForBFloat16(count, TileShape.MaxOutputs),
                    Rows = _rowTiles + (long)row / 16 * RowTiles + start / TileShape.Depth * TileShape.Bytes,
                    RowTileStride = RowTiles,
                    Panels = _panelTiles,
                    PanelStride = SliceTiles,
                    Times = 1,
                    Steps = Slice / TileShape.Depth,
                    Output = _output + (long)row * Outputs + output,
                    OutputStride = Outputs * sizeof(float),
                    Continues = start > 0 ? 1 : 0,
                };
                _kernels.FloatTiles.Product(SplitOperands.Neither, (count + 15) / 16, 2)(&job);
            }
        }
    }

    /// <summary>Giga-operations a second of the fastest of several runs.</summary>
    public static double Speed(int rows, Action work)
    {
        double best = double.MaxValue;
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < 5 || Stopwatch.GetElapsedTime(begin).TotalSeconds < 1; i++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return 2e-9 * rows * Outputs * Width / best;
    }

    private void RoundRows(int rows)
    {
        const int RowTiles = Width / TileShape.Depth * TileShape.Bytes;
        fixed (float* x = _input)
        {
            for (int row = 0; row < rows; row++)
            {
                byte* line = _rowTiles + (long)row / 16 * RowTiles + row % 16 * 64;
                var job = new RoundJob
                {
                    Input = x + row * Width,
                    Tiles = line,
                    Width = Width,
                };
                _kernels.RowRounding()(&job);
            }
        }
    }

    private void Expand(int panel, int start, byte* tiles)
    {
        var format = PanelFormat.All.Single(format => format.Type == _type);
        byte* scales = _weight.Data + panel * _weight.Layout.PanelBytes;
        var job = new ExpandJob
        {
            Scales = scales + format.ScaleBytes(start / 32),
            Codes = scales + _weight.Layout.ScaleStride + (long)start / 32 * format.Codes.BlockBytes,
            Width = Slice,
            Tiles = tiles,
        };
        _kernels.Of(_type).Expansion(&job);
    }
}
