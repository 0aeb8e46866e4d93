// Prefill kernels in 8-bit integers: the bits of decode for any number of rows.
using Tern.Kernels.Cpu.Jit;
using Tern.Tensors;

namespace Tern.Kernels.Tests.Jit;

public unsafe class ByteTileProductTests
{
    public static TheoryData<DType> Types => [.. TestPanel.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_kernel_gives_the_bits_of_the_formulas(DType type) => Check(KernelCalls.Interpreted, type);

    [NativeTheory(JitTier.Amx)]
    [MemberData(nameof(Types))]
    public void On_the_processor_a_kernel_gives_the_bits_of_the_formulas(DType type) => Check(KernelCalls.Native, type);

    private static void Check(KernelCall call, DType type)
    {
        var format = PanelFormat.All.Single(format => format.Type == type);
        var kernel = ByteTileProduct.Generate(format);
        for (int rows = 1; rows <= ByteTileProduct.MaxRows; rows += 3)
        {
            int width = (1 + rows % 3) * QuantizedCase.DepthUnit(type);
            using var product = new QuantizedCase(type, rows, width, outputs: 17 - rows, misalignment: 4 * rows);
            var panel = product.Job;
            panel.Scratch = product.Memory.Allocate(ByteTileJob.ScratchBytes);
            var job = (ByteTileJob*)product.Memory.Allocate(sizeof(ByteTileJob));
            *job = new ByteTileJob { Panel = panel, Shape = TileShape.ForBytes(rows, format.Scales.HasHalves) };
            call(kernel, product.Memory, job);
            product.AssertResults($"{kernel.Name}, {rows} rows, width {width}");
        }
    }
}
