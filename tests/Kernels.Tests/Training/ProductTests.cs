// Matrix products with free strides against the formula, transposed operands and accumulation included.
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

    private static float[] Turn(float[] matrix, int rows, int columns)
    {
        var turned = new float[matrix.Length];
        for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            turned[j * rows + i] = matrix[i * columns + j];
        return turned;
    }
}
