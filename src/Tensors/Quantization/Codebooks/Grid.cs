// Owns the packed form of codebooks and its expansion.
namespace Tern.Tensors.Quantization.Codebooks;

/// <summary>
/// A codebook is a set of points whose coordinates take few levels, so a point is a number: its digit j, least
/// significant first, is the level of coordinate j. Codebooks are ordered by that number, hence a bitmap of the numbers
/// in use (base64, lowest bit first) is all there is to store.
/// </summary>
internal static class Grid
{
    /// <summary>Points of eight coordinates, one a byte.</summary>
    public static ulong[] OfEight(string bitmap, ReadOnlySpan<sbyte> levels, int count) =>
        Expand(bitmap, levels, 8, count);

    /// <summary>Points of four coordinates, one a byte.</summary>
    public static uint[] OfFour(string bitmap, ReadOnlySpan<sbyte> levels, int count) =>
        Array.ConvertAll(Expand(bitmap, levels, 4, count), point => (uint)point);

    private static ulong[] Expand(string bitmap, ReadOnlySpan<sbyte> levels, int coordinates, int count)
    {
        byte[] bits = Convert.FromBase64String(bitmap);
        ulong[] points = new ulong[count];
        int filled = 0;
        for (int number = 0; number < bits.Length * 8; number++)
        {
            if ((bits[number / 8] >> number % 8 & 1) == 0)
                continue;
            int digits = number;
            for (int coordinate = 0; coordinate < coordinates; coordinate++)
            {
                points[filled] |= (ulong)(byte)levels[digits % levels.Length] << 8 * coordinate;
                digits /= levels.Length;
            }
            filled++;
        }
        return points;
    }
}
