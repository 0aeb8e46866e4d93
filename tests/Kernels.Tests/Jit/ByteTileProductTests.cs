// Kernels in tiles of bytes: the bits of decode for any number of rows, and no access outside the buffers of the job.
using Tern.Kernels.Cpu.Jit;
using Tern.Tensors;

namespace Tern.Kernels.Tests.Jit;

public unsafe class ByteTileProductTests
{
    private const int Tile = ByteTiles.TileRows;

    public static TheoryData<DType> Types => [.. TestPanel.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_kernel_gives_the_bits_of_the_formulas(DType type) => Check(KernelCalls.Interpreted, type);

    [Theory]
    [MemberData(nameof(Types))]
    public void A_kernel_of_many_rows_gives_the_bits_of_the_formulas(DType type) =>
        CheckMany(KernelCalls.Interpreted, type);

    [NativeTheory(JitTier.Amx)]
    [MemberData(nameof(Types))]
    public void On_the_processor_a_kernel_gives_the_bits_of_the_formulas(DType type) => Check(KernelCalls.Native, type);

    [NativeTheory(JitTier.Amx)]
    [MemberData(nameof(Types))]
    public void On_the_processor_a_kernel_of_many_rows_gives_the_bits_of_the_formulas(DType type) =>
        CheckMany(KernelCalls.Native, type);

    private static void Check(KernelCall call, DType type)
    {
        var kernel = ByteTileProduct.Generate(Format(type));
        for (int rows = 1; rows <= Tile; rows += 3)
        {
            int width = (1 + rows % 3) * QuantizedCase.DepthUnit(type);
            using var product = new QuantizedCase(type, rows, width, outputs: 17 - rows, misalignment: 4 * rows);
            Check(call, kernel, product, ByteTileProduct.ScratchBytes, rows, type);
            product.AssertResults($"{kernel.Name}, {rows} rows, width {width}");
        }
    }

    private static void CheckMany(KernelCall call, DType type)
    {
        var kernel = SlabTileProduct.Generate(Format(type));
        foreach (int rows in new[] { 1, 15, 16, 17, 32, 41 })
        foreach (int units in new[] { 1, 3, 9 })
        {
            int width = units * QuantizedCase.DepthUnit(type);
            using var product = new QuantizedCase(
                type,
                rows,
                width,
                TestPanel.Outputs,
                4 * (rows % 16),
                rowsAtOnce: Tile
            );
            Check(call, kernel, product, SlabTileProduct.ScratchBytes, Tile, type);
            product.AssertResults($"{kernel.Name}, {rows} rows, width {width}");
        }
    }

    private static void Check(
        KernelCall call,
        GeneratedKernel kernel,
        QuantizedCase product,
        int scratchBytes,
        int tileRows,
        DType type
    )
    {
        var panel = product.Job;
        panel.Scratch = product.Memory.Allocate(scratchBytes);
        var job = (ByteTileJob*)product.Memory.Allocate(sizeof(ByteTileJob));
        *job = new ByteTileJob { Panel = panel, Shape = TileShape.ForBytes(tileRows, Format(type).Scales.HasHalves) };
        call(kernel, product.Memory, job);
    }

    private static PanelFormat Format(DType type) => PanelFormat.All.Single(format => format.Type == type);
}
