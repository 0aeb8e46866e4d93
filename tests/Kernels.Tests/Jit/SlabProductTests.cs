// Kernels of 256 bits: the same bits as the formulas of the packed numerics, whatever the rows of a call, and no access
// outside the buffers of the job.
using Tern.Kernels.Cpu.Jit;
using Tern.Tensors;

namespace Tern.Kernels.Tests.Jit;

public unsafe class SlabProductTests
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

    [NativeTheory(JitTier.Avx2)]
    [MemberData(nameof(Types))]
    public void On_the_processor_a_kernel_of_AVX2_gives_the_bits_of_the_formulas(DType type) =>
        Check(KernelCalls.Native, type, JitTier.Avx2);

    [NativeTheory(JitTier.AvxVnni)]
    [MemberData(nameof(Types))]
    public void On_the_processor_a_kernel_of_AVX_VNNI_gives_the_bits_of_the_formulas(DType type) =>
        Check(KernelCalls.Native, type, JitTier.AvxVnni);

    private static void Check(KernelCall call, DType type, JitTier tier)
    {
        var format = PanelFormat.All.Single(format => format.Type == type);
        var many = SlabProduct.Generate(format, tier);
        foreach (int units in new[] { 1, 2, 9 })
        {
            for (int rows = 1; rows <= 9; rows++)
                Check(many, rows, units);
        }

        void Check(GeneratedKernel kernel, int rows, int units)
        {
            int width = units * QuantizedCase.DepthUnit(type);
            using var product = new QuantizedCase(type, rows, width, TestPanel.Outputs, misalignment: 32);
            var job = (PanelJob*)product.Memory.Allocate(sizeof(PanelJob));
            *job = product.Job;
            job->Scratch = product.Memory.Allocate(SlabProduct.ScratchBytes);
            call(kernel, product.Memory, job);
            product.AssertResults($"{kernel.Name}, {rows} rows, width {width}");
        }
    }

    [Fact]
    public void Kernels_for_AVX2_and_AVX_VNNI_need_no_wider_encoding()
    {
        foreach (var kernel in new[] { JitTier.Avx2, JitTier.AvxVnni }.SelectMany(KernelCatalog.Generate))
            Assert.All(
                KernelListing.Instructions(kernel),
                instruction => Assert.NotEqual(Iced.Intel.EncodingKind.EVEX, instruction.Encoding)
            );
    }
}
