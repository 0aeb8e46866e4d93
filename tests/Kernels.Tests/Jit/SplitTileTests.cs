// Products of tiles in parts: of all parts but the two small ones, whatever the shape, the slices and the other rows; and no
// access outside the tiles.
using Tern.Kernels.Cpu.Jit;

namespace Tern.Kernels.Tests.Jit;

public unsafe class SplitTileTests
{
    private const int Steps = 6;
    private const int Tile = TileShape.Bytes / sizeof(ushort);

    public static TheoryData<SplitName, int, int> Shapes => new MatrixTheoryData(TileTests.Shapes);

    /// <summary>Public, as a test's parameters must be.</summary>
    public enum SplitName
    {
        Rows = SplitOperands.Rows,
        Both = SplitOperands.Both,
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_product_of_split_tiles_is_the_sum_of_the_products_of_their_parts(
        SplitName split,
        int rows,
        int outputs
    ) => Check(KernelCalls.Interpreted, (SplitOperands)split, rows, outputs);

    [NativeTheory(JitTier.Amx)]
    [MemberData(nameof(Shapes))]
    public void On_the_processor_a_product_of_split_tiles_is_the_same(SplitName split, int rows, int outputs) =>
        Check(KernelCalls.Native, (SplitOperands)split, rows, outputs);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public void Panels_that_follow_are_multiplied_in_the_same_call(int rowTiles, int panels)
    {
        const int Times = 3;
        int rows = 16 * rowTiles - 5;
        int outputs = 16 * panels;
        ushort[] rowValues = Values(rowTiles * Steps * 2 * Tile, 1);
        ushort[] panelValues = Values(Times * panels * Steps * 2 * Tile, 2);
        float[] all = Multiply(
            KernelCalls.Interpreted,
            SplitOperands.Both,
            rowValues,
            panelValues,
            rows,
            outputs,
            2,
            Times
        );
        for (int time = 0; time < Times; time++)
        {
            ushort[] own = panelValues.AsSpan(time * panels * Steps * 2 * Tile, panels * Steps * 2 * Tile).ToArray();
            float[] alone = Multiply(
                KernelCalls.Interpreted,
                SplitOperands.Both,
                rowValues,
                own,
                rows,
                outputs,
                slices: 2
            );
            for (int row = 0; row < rows; row++)
                Backends.AssertBits(
                    alone.AsSpan(row * outputs, outputs),
                    all.AsSpan((row * Times + time) * outputs, outputs),
                    $"time {time} row {row}"
                );
        }
    }

    private static void Check(KernelCall call, SplitOperands split, int rows, int outputs)
    {
        int rowParts = TileProduct.RowParts(split);
        int panelParts = TileProduct.PanelParts(split);
        ushort[] rowTiles = Values((rows + 15) / 16 * Steps * rowParts * Tile, 1);
        ushort[] panelTiles = Values((outputs + 15) / 16 * Steps * panelParts * Tile, 2);
        float[] whole = Multiply(call, split, rowTiles, panelTiles, rows, outputs, slices: 1);
        Backends.AssertBits(whole, Multiply(call, split, rowTiles, panelTiles, rows, outputs, slices: 3), "in slices");
        Backends.AssertBits(
            whole.AsSpan(0, outputs),
            Multiply(call, split, rowTiles, panelTiles, 1, outputs, slices: 1),
            "the first row alone"
        );
        for (int row = 0; row < rows; row++)
        for (int output = 0; output < outputs; output++)
        {
            double sum = 0;
            double magnitude = 0;
            for (int at = 0; at < Steps * TileShape.Depth; at++)
            for (int rowPart = 0; rowPart < rowParts; rowPart++)
            for (int panelPart = 0; panelPart < panelParts - rowPart || panelPart == 0; panelPart++)
            {
                int rowStep = (row / 16 * Steps + at / 32) * rowParts + rowPart;
                int panelStep = (output / 16 * Steps + at / 32) * panelParts + panelPart;
                double product =
                    (double)BFloat16.Expand(rowTiles[rowStep * Tile + row % 16 * 32 + at % 32])
                    * BFloat16.Expand(panelTiles[panelStep * Tile + at % 32 / 2 * 32 + 2 * (output % 16) + at % 2]);
                sum += product;
                magnitude += Math.Abs(product);
            }
            double bound = magnitude * 3 * (18 + Steps) * Math.Pow(2, -24);
            float actual = whole[row * outputs + output];
            Assert.True(
                Math.Abs(sum - actual) <= bound,
                $"row {row} output {output}: {actual:R}, not {sum:R} ± {bound:R}"
            );
        }
    }

    private static float[] Multiply(
        KernelCall call,
        SplitOperands split,
        ushort[] rowTiles,
        ushort[] panelTiles,
        int rows,
        int outputs,
        int slices,
        int times = 1
    )
    {
        int width = outputs * times;
        int rowStep = TileProduct.RowParts(split) * TileShape.Bytes;
        int panelStep = TileProduct.PanelParts(split) * TileShape.Bytes;
        using var memory = new MachineMemory();
        byte* rowAt = memory.Constant<ushort>(rowTiles);
        byte* panelAt = memory.Constant<ushort>(panelTiles);
        var output = (float*)memory.Allocate(rows * width * sizeof(float), misalignment: 4);
        var kernel = TileProduct.Generate(split, (rows + 15) / 16, (outputs + 15) / 16);
        for (int slice = 0; slice < slices; slice++)
        {
            int skipped = Steps / slices * slice;
            var job = (TileJob*)memory.Allocate(sizeof(TileJob));
            *job = new TileJob
            {
                Shape = TileShape.ForBFloat16(rows, outputs),
                Rows = rowAt + skipped * rowStep,
                RowTileStride = Steps * rowStep,
                Panels = panelAt + skipped * panelStep,
                PanelStride = Steps * panelStep,
                Times = times,
                Steps = Steps / slices,
                Output = output,
                OutputStride = width * sizeof(float),
                Continues = slice == 0 ? 0 : 1,
            };
            call(kernel, memory, job);
        }
        return new Span<float>(output, rows * width).ToArray();
    }

    private static ushort[] Values(int count, int seed) =>
        Array.ConvertAll(Randoms.Floats(count, seed), BFloat16.Round);

    private sealed class MatrixTheoryData : TheoryData<SplitName, int, int>
    {
        public MatrixTheoryData(TheoryData<int, int> shapes)
        {
            foreach (var split in Enum.GetValues<SplitName>())
            {
                foreach (object[] shape in shapes)
                    Add(split, (int)shape[0], (int)shape[1]);
            }
        }
    }
}
