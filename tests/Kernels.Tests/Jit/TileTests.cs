// Prefill kernels: tiles hold exactly the rounded values, products stay within the rounding of a float32 sum, and neither
// slices of the depth nor the other rows of a call show in a result.
using Tern.Kernels.Cpu.Jit;
using Tern.Tensors;

namespace Tern.Kernels.Tests.Jit;

public unsafe class TileTests
{
    public static TheoryData<DType> Types => [.. TestPanel.Types];

    public static TheoryData<int, int> Shapes =>
        new()
        {
            { 32, 32 },
            { 32, 17 },
            { 17, 32 },
            { 31, 16 },
            { 16, 31 },
            { 16, 16 },
            { 1, 20 },
            { 20, 1 },
            { 1, 1 },
        };

    [Theory]
    [MemberData(nameof(Types))]
    public void An_expanded_panel_holds_the_values_of_the_format_rounded_to_bfloat16(DType type) =>
        Expand(KernelCalls.Interpreted, type);

    [NativeTheory(JitTier.Amx)]
    [MemberData(nameof(Types))]
    public void On_the_processor_an_expanded_panel_holds_the_values_of_the_format_rounded_to_bfloat16(DType type) =>
        Expand(KernelCalls.Native, type);

    private static void Expand(KernelCall call, DType type)
    {
        const int Width = 512;
        var panel = new TestPanel(type, Width, outputs: 13, seed: 3);
        using var memory = new MachineMemory();
        var tiles = (ushort*)memory.Allocate(Width / TileShape.Depth * TileShape.Bytes);
        Tiles.Expand(call, memory, type, panel, Width, (byte*)tiles);
        for (int output = 0; output < TestPanel.Outputs; output++)
        for (int at = 0; at < Width; at++)
        {
            ushort actual = tiles[at / 32 * 512 + at % 32 / 2 * 32 + 2 * output + at % 2];
            Assert.Equal(BFloat16.Round(panel.Value(output, at)), actual);
        }
    }

    [Fact]
    public void A_rounded_row_holds_its_values_in_its_line_of_every_tile() => Round(KernelCalls.Interpreted, 96);

    [NativeTheory(JitTier.Amx)]
    [InlineData(96)]
    public void On_the_processor_a_rounded_row_holds_its_values_in_its_line_of_every_tile(int width) =>
        Round(KernelCalls.Native, width);

    private static void Round(KernelCall call, int width)
    {
        float[] input = Randoms.Floats(width, 1);
        (input[5], input[6], input[7]) = (float.NaN, float.NegativeInfinity, 1e-40f);
        using var memory = new MachineMemory();
        var tiles = (ushort*)Tiles.Round(call, memory, [new float[width], input], width);
        for (int at = 0; at < width; at++)
            Assert.Equal(BFloat16.Round(input[at]), tiles[at / 32 * 512 + 32 + at % 32]);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_product_of_tiles_is_the_sum_of_the_rounded_products(int rows, int outputs) =>
        Multiply(KernelCalls.Interpreted, rows, outputs);

    [NativeTheory(JitTier.Amx)]
    [MemberData(nameof(Shapes))]
    public void On_the_processor_a_product_of_tiles_is_the_sum_of_the_rounded_products(int rows, int outputs) =>
        Multiply(KernelCalls.Native, rows, outputs);

    private static void Multiply(KernelCall call, int rows, int outputs)
    {
        const int Width = 768;
        float[][] inputs = [.. Enumerable.Range(0, rows).Select(row => Randoms.Floats(Width, row))];
        TestPanel[] panels =
        [
            .. Enumerable
                .Range(0, (outputs + 15) / 16)
                .Select(panel => new TestPanel(DType.Q4_K, Width, Math.Min(16, outputs - 16 * panel), panel)),
        ];
        using var memory = new MachineMemory();
        float[] whole = Tiles.Multiply(call, memory, inputs, panels, outputs, slices: 1);
        float[] sliced = Tiles.Multiply(call, memory, inputs, panels, outputs, slices: 3);
        Backends.AssertBits(whole, sliced, "in slices");
        float[] alone = Tiles.Multiply(call, memory, [inputs[^1]], panels, outputs, slices: 1);
        Backends.AssertBits(whole.AsSpan((rows - 1) * outputs), alone, "the last row alone");

        for (int row = 0; row < rows; row++)
        for (int output = 0; output < outputs; output++)
        {
            double sum = 0;
            double magnitude = 0;
            for (int at = 0; at < Width; at++)
            {
                float weight = BFloat16.Expand(BFloat16.Round(panels[output / 16].Value(output % 16, at)));
                double product = (double)weight * BFloat16.Expand(BFloat16.Round(inputs[row][at]));
                sum += product;
                magnitude += Math.Abs(product);
            }
            // An instruction rounds 16 sums of even and of odd inputs, joins them and adds them to those before.
            double bound = magnitude * (18 + Width / 32) * Math.Pow(2, -24);
            float actual = whole[row * outputs + output];
            Assert.True(
                Math.Abs(sum - actual) <= bound,
                $"row {row} output {output}: {actual:R}, not {sum:R} ± {bound:R}"
            );
        }
    }

    [Fact]
    public void Shapes_that_do_not_fit_the_tiles_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TileShape.ForBFloat16(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TileShape.ForBFloat16(33, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TileShape.ForBFloat16(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TileShape.ForBFloat16(1, 33));
    }
}
