// Matrix products with free strides against the formula, transposed operands and accumulation included.
using Tern.Kernels.Cpu;

namespace Tern.Kernels.Tests.Training;

public class ProductTests
{
    public static TheoryData<int, int, int> Shapes =>
        new()
        {
            { 1, 1, 1 },
            { 0, 3, 2 },
            { 2, 0, 3 },
            { 3, 5, 1 },
            { 1, 33, 7 },
            { 17, 16, 31 },
            { 40, 130, 65 },
        };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_product_is_the_sum_of_products_in_every_layout(int rows, int inner, int columns)
    {
        float[] left = Randoms.Floats(rows * inner, 1);
        float[] right = Randoms.Floats(inner * columns, 2);
        float[] before = Randoms.Floats(rows * columns, 3);
        foreach (bool accumulate in new[] { false, true })
        foreach (bool leftTurned in new[] { false, true })
        foreach (bool rightTurned in new[] { false, true })
        {
            if ((inner == 0 && (!leftTurned || rightTurned)) || (rows == 0 && leftTurned))
                continue; // a matrix without columns has no number of rows
            double[] expected = new double[rows * columns];
            for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
            {
                double sum = accumulate ? before[i * columns + j] : 0;
                for (int l = 0; l < inner; l++)
                    sum += (double)left[i * inner + l] * right[l * columns + j];
                expected[i * columns + j] = sum;
            }
            float[] a = leftTurned ? Turn(left, rows, inner) : left;
            float[] b = rightTurned ? Turn(right, inner, columns) : right;
            float[] Compute(ITrainingBackend backend)
            {
                float[] result = [.. before];
                backend.Product(
                    leftTurned ? MatrixView.Of(a, rows).Transposed : MatrixView.Of(a, inner),
                    rightTurned ? MatrixView.Of(b, inner).Transposed : MatrixView.Of(b, columns),
                    result,
                    accumulate
                );
                return result;
            }
            float[] actual = Backends.SameBits(Compute);
            Backends.AssertClose(Differences.Single(expected), actual, 1e-5f, 1e-5f);
            Backends.AssertBits(actual, Compute(Backends.Reference), "reference");
        }
    }

    [Theory]
    [InlineData(40, 130, 7, 20)]
    [InlineData(33, 5, 32, 1)]
    [InlineData(9, 64, 9, 0)]
    public void A_slice_of_rows_has_the_products_of_these_rows_to_the_last_bit(
        int rows,
        int inner,
        int first,
        int count
    )
    {
        float[] values = Randoms.Floats(rows * inner, 1);
        float[] turned = Turn(values, rows, inner);
        using var backend = new CpuBackend(2);
        var whole = new float[rows * rows];
        backend.Product(MatrixView.Of(values, inner), MatrixView.Of(turned, rows), whole, accumulate: false);
        var slices = new[] { new float[count * rows], new float[count * rows] };
        var x = MatrixView.Of(values, inner);
        backend.Product(x.Slice(first, count), x.Transposed, slices[0], accumulate: false);
        var t = MatrixView.Of(turned, rows).Transposed;
        backend.Product(t.Slice(first, count), t.Transposed, slices[1], accumulate: false);
        Assert.All(slices, slice => Backends.AssertBits(whole.AsSpan(first * rows, count * rows), slice, "slice"));
        // Which of two rows stands left changes nothing: one triangle of such a product tells the other.
        Backends.AssertBits(whole, Turn(whole, rows, rows), "transposed");
    }

    [Fact]
    public void A_slice_beyond_the_rows_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MatrixView.Of(new float[6], 2).Slice(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => MatrixView.Of(new float[6], 2).Slice(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => MatrixView.Of(new float[6], 2).Slice(0, -1));
    }

    private static float[] Turn(float[] matrix, int rows, int columns)
    {
        var turned = new float[matrix.Length];
        for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            turned[j * rows + i] = matrix[i * columns + j];
        return turned;
    }
}
