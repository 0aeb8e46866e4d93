// Decode kernels: the same bits as the formulas of the packed numerics, whatever the rows of a call, and no access
// outside the buffers of the job.
using Tern.Kernels.Cpu.Jit;
using Tern.Tensors;

namespace Tern.Kernels.Tests.Jit;

public unsafe class PanelProductTests
{
    public static TheoryData<DType, int> Kernels
    {
        get
        {
            var data = new TheoryData<DType, int>();
            foreach (var type in TestPanel.Types)
            {
                for (int rows = 1; rows <= PanelProduct.MaxRows; rows++)
                    data.Add(type, rows);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_kernel_gives_the_bits_of_the_formulas(DType type, int rows) =>
        Check(KernelCalls.Interpreted, type, rows);

    [NativeTheory(JitTier.Vnni)]
    [MemberData(nameof(Kernels))]
    public void The_processor_gives_the_bits_of_the_formulas(DType type, int rows) =>
        Check(KernelCalls.Native, type, rows);

    private static void Check(KernelCall call, DType type, int rows)
    {
        var kernel = Generate(type, rows);
        int unit = type is DType.Q4_0 or DType.Q8_0 ? 32 : 256;
        foreach (int units in new[] { 1, 2, 5 })
        {
            Check(call, kernel, type, rows, units * unit, outputs: 16, misalignment: 0);
            Check(call, kernel, type, rows, units * unit, outputs: 1 + units * rows % 16, misalignment: 4 * units);
        }
    }

    private static GeneratedKernel Generate(DType type, int rows) =>
        PanelProduct.Generate(PanelFormat.All.Single(format => format.Type == type), rows);

    private static void Check(
        KernelCall call,
        GeneratedKernel kernel,
        DType type,
        int rows,
        int width,
        int outputs,
        int misalignment
    )
    {
        var panel = new TestPanel(type, width, outputs, seed: width + rows);
        QuantizedRow[] inputs = [.. Enumerable.Range(0, rows).Select(row => new QuantizedRow(width, 7 * row + width))];
        using var memory = new MachineMemory();
        byte[] bytes = [.. inputs.SelectMany(input => input.Bytes())];
        // Results stand close together: storing outputs that do not exist would overwrite the next row's.
        var output = (float*)memory.Allocate(rows * outputs * sizeof(float), misalignment);
        var job = (PanelJob*)memory.Allocate(sizeof(PanelJob));
        *job = new PanelJob
        {
            Scales = memory.Constant<byte>(panel.PackScales()),
            Codes = memory.Constant<byte>(panel.PackCodes()),
            Rows = memory.Constant<byte>(bytes, misalignment),
            RowStride = bytes.Length / rows,
            Width = width,
            Output = output,
            OutputStride = outputs * sizeof(float),
            OutputMask = (1 << outputs) - 1,
        };
        call(kernel, memory, job);

        float[] expected =
        [
            .. inputs.SelectMany(input => Enumerable.Range(0, outputs).Select(o => panel.Multiply(o, input))),
        ];
        Backends.AssertBits(expected, new Span<float>(output, rows * outputs), $"{kernel.Name}, width {width}");
    }
}
