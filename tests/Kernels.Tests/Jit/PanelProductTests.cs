// Kernels of a few rows in 512 bits: the same bits as the formulas of the packed numerics, whatever the rows of a call, and no access
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
                for (int rows = PanelProduct.FewestRows; rows <= PanelProduct.MaxRows; rows++)
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
    public void On_the_processor_a_kernel_gives_the_bits_of_the_formulas(DType type, int rows) =>
        Check(KernelCalls.Native, type, rows);

    private static void Check(KernelCall call, DType type, int rows)
    {
        var kernel = PanelProduct.Generate(PanelFormat.All.Single(format => format.Type == type), rows);
        foreach (int units in new[] { 1, 2, 5 })
        {
            Check(outputs: 16, misalignment: 0);
            Check(outputs: 1 + units * rows % 16, misalignment: 4 * units);

            void Check(int outputs, int misalignment)
            {
                int width = units * QuantizedCase.DepthUnit(type);
                using var product = new QuantizedCase(type, rows, width, outputs, misalignment);
                var job = (PanelJob*)product.Memory.Allocate(sizeof(PanelJob));
                *job = product.Job;
                call(kernel, product.Memory, job);
                product.AssertResults($"{kernel.Name}, {outputs} outputs, width {width}");
            }
        }
    }
}
