// Kernels for one row: the same bits as the formulas of the packed numerics, for one panel and for several that follow each
// other, and no access outside the buffers of the job.
using Tern.Kernels.Cpu.Jit;
using Tern.Tensors;

namespace Tern.Kernels.Tests.Jit;

public unsafe class RowProductTests
{
    public static TheoryData<DType> Types => [.. TestPanel.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_kernel_of_AVX2_gives_the_bits_of_the_formulas(DType type) =>
        Check(KernelCalls.Interpreted, type, JitTier.Avx2);

    [Theory]
    [MemberData(nameof(Types))]
    public void A_kernel_of_AVX_VNNI_gives_the_bits_of_the_formulas(DType type) =>
        Check(KernelCalls.Interpreted, type, JitTier.AvxVnni);

    [Theory]
    [MemberData(nameof(Types))]
    public void A_kernel_of_AVX512_VNNI_gives_the_bits_of_the_formulas(DType type) =>
        Check(KernelCalls.Interpreted, type, JitTier.Vnni);

    [NativeTheory(JitTier.Avx2)]
    [MemberData(nameof(Types))]
    public void On_the_processor_a_kernel_of_AVX2_gives_the_bits_of_the_formulas(DType type) =>
        Check(KernelCalls.Native, type, JitTier.Avx2);

    [NativeTheory(JitTier.AvxVnni)]
    [MemberData(nameof(Types))]
    public void On_the_processor_a_kernel_of_AVX_VNNI_gives_the_bits_of_the_formulas(DType type) =>
        Check(KernelCalls.Native, type, JitTier.AvxVnni);

    [NativeTheory(JitTier.Vnni)]
    [MemberData(nameof(Types))]
    public void On_the_processor_a_kernel_of_AVX512_VNNI_gives_the_bits_of_the_formulas(DType type) =>
        Check(KernelCalls.Native, type, JitTier.Vnni);

    private static void Check(KernelCall call, DType type, JitTier tier)
    {
        var format = PanelFormat.All.Single(format => format.Type == type);
        foreach (int panels in new[] { 1, RowProduct.ManyPanels })
        {
            var kernel = RowProduct.Generate(format, tier, panels);
            foreach (int units in new[] { 1, 2, 9 })
                Check(call, kernel, type, panels, units * QuantizedCase.DepthUnit(type));
        }
    }

    private static void Check(KernelCall call, GeneratedKernel kernel, DType type, int panels, int width)
    {
        TestPanel[] each =
        [
            .. Enumerable
                .Range(0, panels)
                .Select(panel => new TestPanel(type, width, TestPanel.Outputs, width + panel)),
        ];
        var row = new QuantizedRow(width, seed: width);
        using var memory = new MachineMemory();
        // Scales and codes of a panel, then those of the next, as in a packed matrix.
        byte[][] bytes = [.. each.Select(panel => (byte[])[.. panel.PackScales(), .. panel.PackCodes()])];
        byte* packed = memory.Constant<byte>(bytes.SelectMany(panel => panel).ToArray());
        int outputs = panels * TestPanel.Outputs;
        float* output = (float*)memory.Allocate(outputs * sizeof(float), misalignment: 32);
        var job = (PanelJob*)memory.Allocate(sizeof(PanelJob));
        *job = new PanelJob
        {
            Scales = packed,
            Codes = packed + each[0].PackScales().Length,
            PanelStride = bytes[0].Length,
            Rows = memory.Constant<byte>(QuantizedRow.Pack([row]), misalignment: 32),
            SlabStride = sizeof(Cpu.Packed.RowSlab),
            Width = width,
            Output = output,
            Scratch = memory.Allocate(RowProduct.ScratchBytes),
        };
        call(kernel, memory, job);
        float[] expected =
        [
            .. each.SelectMany(panel => Enumerable.Range(0, TestPanel.Outputs).Select(o => panel.Multiply(o, row))),
        ];
        Backends.AssertBits(expected, new Span<float>(output, outputs), $"{kernel.Name}, width {width}");
    }
}
