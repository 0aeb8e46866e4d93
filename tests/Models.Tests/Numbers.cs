// Owns the comparison of arrays of floats.
namespace Tern.Models.Tests;

internal static class Numbers
{
    /// <summary>Fails unless every number is within the tolerance of the expected one; NaN never is.</summary>
    public static void AssertClose(
        ReadOnlySpan<float> expected,
        ReadOnlySpan<float> actual,
        float tolerance,
        string what
    )
    {
        Assert.Equal(expected.Length, actual.Length);
        float worst = 0;
        int at = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            float difference = Math.Abs(expected[i] - actual[i]);
            if (difference > worst || float.IsNaN(difference))
                (worst, at) = (float.IsNaN(difference) ? float.PositiveInfinity : difference, i);
        }
        Assert.True(
            worst <= tolerance,
            $"{what}: off by {worst:g4} at {at} of {expected.Length} ({actual[at]} for {expected[at]}), allowed {tolerance:g4}"
        );
    }

    /// <summary>The root of the mean square of each row's differences, and of those the median.</summary>
    public static float MedianRowRms(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, int width)
    {
        Assert.Equal(expected.Length, actual.Length);
        var rows = new double[expected.Length / width];
        for (int row = 0; row < rows.Length; row++)
        {
            double sum = 0;
            for (int i = row * width; i < (row + 1) * width; i++)
                sum += Math.Pow((double)expected[i] - actual[i], 2);
            rows[row] = Math.Sqrt(sum / width);
        }
        Array.Sort(rows);
        return (float)rows[rows.Length / 2];
    }
}
