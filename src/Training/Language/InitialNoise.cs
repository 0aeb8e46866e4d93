// Owns the random numbers that parameters begin with. Of our own, so that a seed means the same bytes on every machine and
// in every version of the runtime.
namespace Tern.Training.Language;

internal static class InitialNoise
{
    /// <summary>
    /// Fills with nearly normal numbers: the sum of twelve uniform ones, which needs no function whose last bit differs
    /// between systems. Element i depends on seed, stream and i alone.
    /// </summary>
    public static void Fill(Span<float> values, float deviation, ulong seed, ulong stream)
    {
        ulong key = Mix(seed ^ Mix(stream + 1));
        for (int i = 0; i < values.Length; i++)
        {
            long sum = 0;
            for (ulong draw = 0; draw < 3; draw++)
            {
                ulong bits = Mix(key + 3 * (ulong)i + draw);
                sum += (long)(bits & 0xffff) + (long)((bits >> 16) & 0xffff);
                sum += (long)((bits >> 32) & 0xffff) + (long)(bits >> 48);
            }
            // Twelve uniform numbers from 0 to 65535 have the mean 6 · 65535 and the deviation 65536.
            values[i] = (sum - 6 * 65535) * (deviation / 65536);
        }
    }

    private static ulong Mix(ulong x) => SplitMix.Mix(x + SplitMix.Golden);
}
