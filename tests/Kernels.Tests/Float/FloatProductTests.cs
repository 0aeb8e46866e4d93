// Products of float matrices: the bits of the triple loop, whatever the shape, the strides, the vectors, the threads and
// the way a sum is divided into calls.
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Tests.Float;

public class FloatProductTests
{
    public static TheoryData<Layout, Layout> Layouts
    {
        get
        {
            var data = new TheoryData<Layout, Layout>();
            foreach (var a in Enum.GetValues<Layout>())
            foreach (var b in Enum.GetValues<Layout>())
                data.Add(a, b);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_width_and_number_of_threads_has_the_bits_of_the_triple_loop(Layout a, Layout b)
    {
        // Slabs of 256 with and without a rest; outputs that fill no panel; rows that fill no tile and no block.
        Check(rows: 13, outputs: 37, depth: 515, a, b, seed: 1);
        Check(rows: 1, outputs: 1, depth: 1, a, b, seed: 2);
        Check(rows: 200, outputs: 17, depth: 33, a, b, seed: 3);
        Check(rows: 6, outputs: 16, depth: 256, a, b, seed: 4);
        Check(rows: 391, outputs: 47, depth: 257, a, b, seed: 5);
    }

    [Fact]
    public void Random_shapes_have_the_bits_of_the_triple_loop()
    {
        var random = new Random(7);
        for (int i = 0; i < 40; i++)
            Check(
                random.Next(1, 60),
                random.Next(1, 60),
                random.Next(1, 300),
                (Layout)random.Next(3),
                (Layout)random.Next(3),
                seed: 10 * i
            );
    }

    [Fact]
    public void Every_small_number_of_rows_has_the_bits_of_the_triple_loop()
    {
        for (int rows = 1; rows <= 25; rows++)
            Check(rows, outputs: 18, depth: 40, Layout.ByRows, Layout.ByRows, seed: rows);
    }

    [Fact]
    public void More_rows_than_are_copied_at_a_time_have_the_bits_of_the_triple_loop() =>
        Check(rows: 600, outputs: 3, depth: 6000, Layout.ByRows, Layout.ByDepth, seed: 9);

    [Fact]
    public void Adding_two_parts_of_the_depth_in_order_is_adding_all_of_it()
    {
        var product = new FloatCase(21, 35, 700, Layout.ByDepth, Layout.ByDepth, seed: 1);
        float[] expected = product.Reference(adds: true);
        foreach (int cut in new[] { 1, 255, 256, 300, 699 })
        {
            float[] c = product.Before;
            product.Run<Lanes128>(c, 2, adds: true, .., ..cut);
            product.Run<Lanes128>(c, 2, adds: true, .., cut..);
            Backends.AssertBits(expected, c, $"cut at {cut}");
        }
    }

    [Fact]
    public void A_row_alone_has_the_bits_it_has_among_many()
    {
        var product = new FloatCase(40, 35, 300, Layout.ByRows, Layout.ByRows, seed: 1);
        float[] expected = product.Reference(adds: false);
        float[] c = product.Before;
        for (int row = 0; row < 40; row++)
            product.Run<Lanes128>(c, 2, adds: false, row..(row + 1), ..);
        Backends.AssertBits(expected, c, "row by row");
    }

    [Theory]
    [InlineData(0, 5, 7)]
    [InlineData(5, 0, 7)]
    [InlineData(5, 7, 0)]
    public void Without_rows_outputs_or_depth_there_is_nothing_to_add(int rows, int outputs, int depth) =>
        Check(rows, outputs, depth, Layout.ByRows, Layout.ByRows, seed: 1);

    private static void Check(int rows, int outputs, int depth, Layout a, Layout b, int seed)
    {
        var product = new FloatCase(rows, outputs, depth, a, b, seed);
        foreach (bool adds in new[] { false, true })
        {
            float[] expected = product.Reference(adds);
            Check<Lanes128>(product, expected, adds);
            if (Lanes256.IsSupported)
                Check<Lanes256>(product, expected, adds);
            if (Lanes512.IsSupported)
                Check<Lanes512>(product, expected, adds);
        }
    }

    private static void Check<TLanes>(FloatCase product, float[] expected, bool adds)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float[] c;
        for (int threads = 1; threads <= 3; threads++)
        {
            c = product.Before;
            product.Run<TLanes>(c, threads, adds, .., ..);
            Backends.AssertBits(expected, c, $"{typeof(TLanes).Name} on {threads} threads");
        }
        c = product.Before;
        product.Alone<TLanes>(c, adds);
        Backends.AssertBits(expected, c, $"{typeof(TLanes).Name} alone");
    }
}
