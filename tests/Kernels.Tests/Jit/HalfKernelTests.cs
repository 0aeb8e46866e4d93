// Kernels for weights in half precision: every half exactly, the chain of fused multiply-adds, and no access outside the
// buffers of the job.
using Tern.Kernels.Cpu.Jit;

namespace Tern.Kernels.Tests.Jit;

public unsafe class HalfKernelTests
{
    private const int Panel = 16;

    [Fact]
    public void One_row_is_multiplied_with_four_panels() => CheckRow(KernelCalls.Interpreted);

    [Fact]
    public void A_slab_is_widened_exactly() => CheckExpansion(KernelCalls.Interpreted);

    [NativeTheory(JitTier.Avx2)]
    [InlineData(true)]
    [InlineData(false)]
    public void On_the_processor_they_do_the_same(bool isRow)
    {
        if (isRow)
            CheckRow(KernelCalls.Native);
        else
            CheckExpansion(KernelCalls.Native);
    }

    private static void CheckRow(KernelCall call)
    {
        foreach (int depth in new[] { 1, 2, 7, 64 })
        {
            using var memory = new MachineMemory();
            float[] input = Randoms.Floats(depth, depth);
            ushort[] halves = Halves(HalfRowProduct.Panels * depth * Panel, depth);
            var job = (HalfRowJob*)memory.Allocate(sizeof(HalfRowJob));
            *job = new HalfRowJob
            {
                Panels = memory.Constant<ushort>(halves, misalignment: 32),
                PanelStride = depth * Panel * sizeof(ushort),
                Input = (float*)memory.Constant<float>(input, misalignment: 4),
                Depth = depth,
                Output = (float*)memory.Allocate(HalfRowProduct.Panels * Panel * sizeof(float)),
            };
            call(HalfRowProduct.Generate(JitTier.Avx2), memory, job);
            for (int output = 0; output < HalfRowProduct.Panels * Panel; output++)
            {
                float sum = 0;
                for (int k = 0; k < depth; k++)
                {
                    ushort half = halves[(output / Panel * depth + k) * Panel + output % Panel];
                    sum = MathF.FusedMultiplyAdd(input[k], (float)BitConverter.UInt16BitsToHalf(half), sum);
                }
                Assert.Equal(sum, job->Output[output]);
            }
        }
    }

    private static void CheckExpansion(KernelCall call)
    {
        ushort[] halves = [.. Enumerable.Range(0, 1 << 16).Select(half => (ushort)half)];
        using var memory = new MachineMemory();
        var job = (HalfExpandJob*)memory.Allocate(sizeof(HalfExpandJob));
        *job = new HalfExpandJob
        {
            Halves = memory.Constant<ushort>(halves, misalignment: 32),
            Floats = (float*)memory.Allocate(halves.Length * sizeof(float)),
            Depth = halves.Length / Panel,
        };
        call(HalfExpansion.Generate(JitTier.Avx2), memory, job);
        for (int i = 0; i < halves.Length; i++)
            Assert.Equal((float)BitConverter.UInt16BitsToHalf(halves[i]), job->Floats[i]);
    }

    private static ushort[] Halves(int count, int seed) =>
        Array.ConvertAll(Randoms.Floats(count, seed), value => BitConverter.HalfToUInt16Bits((Half)value));
}
