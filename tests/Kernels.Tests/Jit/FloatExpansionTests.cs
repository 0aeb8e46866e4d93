// Panels of halves as tiles: every value of F16 and BF16 is there with all its bits, in its place.
using Tern.Kernels.Cpu.Jit;
using Tern.Tensors;

namespace Tern.Kernels.Tests.Jit;

public unsafe class FloatExpansionTests
{
    private const int Panel = 16;

    public static TheoryData<DType, int> Kernels =>
        new()
        {
            { DType.F16, 1 },
            { DType.F16, FloatExpansion.ManyPanels },
            { DType.BF16, 1 },
            { DType.BF16, FloatExpansion.ManyPanels },
        };

    [Theory]
    [MemberData(nameof(Kernels))]
    public void The_tiles_of_panels_sum_up_to_their_values(DType type, int panels) =>
        Check(KernelCalls.Interpreted, type, panels);

    [NativeTheory(JitTier.Amx)]
    [MemberData(nameof(Kernels))]
    public void On_the_processor_the_tiles_of_panels_sum_up_to_their_values(DType type, int panels) =>
        Check(KernelCalls.Native, type, panels);

    private static void Check(KernelCall call, DType type, int panels)
    {
        // Every value of 16 bits, spread over the panels.
        int steps = (1 << 16) / Panel / TileShape.Depth / panels;
        int panelValues = steps * TileShape.Depth * Panel;
        const int Gap = 64;
        ushort[] values = new ushort[panels * (panelValues + Gap)];
        for (int panel = 0; panel < panels; panel++)
        for (int i = 0; i < panelValues; i++)
            values[panel * (panelValues + Gap) + i] = (ushort)(panel * panelValues + i);
        int parts = type == DType.F16 ? 2 : 1;
        int tileBytes = steps * parts * TileShape.Bytes;
        using var memory = new MachineMemory();
        var job = (FloatExpandJob*)memory.Allocate(sizeof(FloatExpandJob));
        *job = new FloatExpandJob
        {
            Panels = memory.Constant<ushort>(values, misalignment: 32),
            PanelStride = (panelValues + Gap) * sizeof(ushort),
            Tiles = memory.Allocate(panels * tileBytes),
            TileStride = tileBytes,
            Steps = steps,
        };
        call(FloatExpansion.Generate(type, panels), memory, job);
        for (int panel = 0; panel < panels; panel++)
        for (int i = 0; i < panelValues; i++)
        {
            ushort bits = values[panel * (panelValues + Gap) + i];
            var (input, output) = (i / Panel, i % Panel);
            var tile = (ushort*)(job->Tiles + panel * tileBytes + input / 32 * parts * TileShape.Bytes);
            int at = input % 32 / 2 * 32 + 2 * output + input % 2;
            if (type == DType.BF16)
            {
                Assert.Equal(bits, tile[at]);
                continue;
            }
            var value = (float)BitConverter.UInt16BitsToHalf(bits);
            float sum = BFloat16.Expand(tile[at]) + BFloat16.Expand(tile[at + TileShape.Bytes / 2]);
            Assert.True(float.IsFinite(value) ? sum == value : float.IsNaN(sum), $"{value} became {sum}");
        }
    }
}
