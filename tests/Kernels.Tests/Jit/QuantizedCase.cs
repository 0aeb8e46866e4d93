// Owns a random product of quantized rows and a panel: its operands in guarded memory, and the bits that must come out.
using Tern.Kernels.Cpu.Jit;
using Tern.Kernels.Cpu.Packed;
using Tern.Tensors;

namespace Tern.Kernels.Tests.Jit;

internal sealed unsafe class QuantizedCase : IDisposable
{
    private readonly TestPanel _panel;
    private readonly QuantizedRow[] _rows;
    private readonly int _outputs;
    private readonly float* _output;

    /// <param name="type">Format of the panel.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Inputs.</param>
    /// <param name="outputs">Outputs that exist, 1 to 16.</param>
    /// <param name="misalignment">Bytes by which rows and results begin after a boundary of 64.</param>
    /// <param name="rowsAtOnce">What the kernel may read and write beyond the last row: a multiple of so many.</param>
    public QuantizedCase(DType type, int rows, int width, int outputs, int misalignment, int rowsAtOnce = 1)
    {
        int spareRows = (rowsAtOnce - rows % rowsAtOnce) % rowsAtOnce;
        _panel = new TestPanel(type, width, outputs, seed: width + rows);
        _rows = [.. Enumerable.Range(0, rows).Select(row => new QuantizedRow(width, 7 * row + width))];
        _outputs = outputs;
        byte[] bytes = [.. QuantizedRow.Pack(_rows), .. Enumerable.Repeat((byte)0xff, spareRows * sizeof(RowSlab))];
        // Results stand close together: storing outputs that do not exist would overwrite the next row's.
        _output = (float*)Memory.Allocate((rows + spareRows) * outputs * sizeof(float), misalignment);
        Job = new PanelJob
        {
            Scales = Memory.Constant<byte>(_panel.PackScales()),
            Codes = Memory.Constant<byte>(_panel.PackCodes()),
            Rows = Memory.Constant<byte>(bytes, misalignment),
            SlabStride = (long)rows * sizeof(RowSlab),
            Width = width,
            Output = _output,
            OutputStride = outputs * sizeof(float),
            OutputMask = (1 << outputs) - 1,
            RowCount = rows,
        };
    }

    public static int DepthUnit(DType type) => type is DType.Q4_0 or DType.Q8_0 ? 32 : 256;

    public MachineMemory Memory { get; } = new();

    public PanelJob Job { get; }

    /// <summary>Asserts that the results have the bits of the formulas.</summary>
    public void AssertResults(string what)
    {
        float[] expected =
        [
            .. _rows.SelectMany(row => Enumerable.Range(0, _outputs).Select(output => _panel.Multiply(output, row))),
        ];
        Backends.AssertBits(expected, new Span<float>(_output, expected.Length), what);
    }

    public void Dispose() => Memory.Dispose();
}
