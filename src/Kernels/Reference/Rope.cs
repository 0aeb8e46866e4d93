// Owns rotary position embedding (RoFormer, arXiv 2104.09864) of the reference backend.
namespace Tern.Kernels.Reference;

internal static class Rope
{
    public static void Run(
        Span<float> x,
        ReadOnlySpan<int> positions,
        int heads,
        int headDim,
        ReadOnlySpan<float> inverseFrequencies,
        float magnitude,
        RopeStyle style
    )
    {
        int pairs = inverseFrequencies.Length;
        int firstStep = style == RopeStyle.Interleaved ? 2 : 1;
        int distance = style == RopeStyle.Interleaved ? 1 : pairs;
        for (int row = 0; row < positions.Length; row++)
        for (int head = 0; head < heads; head++)
        {
            var vector = x.Slice((row * heads + head) * headDim, headDim);
            for (int pair = 0; pair < pairs; pair++)
            {
                var (sine, cosine) = Math.SinCos((double)positions[row] * inverseFrequencies[pair]);
                ref float first = ref vector[pair * firstStep];
                ref float second = ref vector[pair * firstStep + distance];
                (first, second) = (
                    (float)((first * cosine - second * sine) * magnitude),
                    (float)((first * sine + second * cosine) * magnitude)
                );
            }
        }
    }
}
