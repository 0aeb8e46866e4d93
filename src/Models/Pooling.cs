// Owns the pooling of token embeddings into the embedding of a text.
namespace Tern.Models;

/// <summary>Makes one embedding of a text's token embeddings.</summary>
public static class Pooling
{
    /// <summary>Pools one sequence. The result is not normalized.</summary>
    /// <param name="type">How; not <see cref="PoolingType.None"/>.</param>
    /// <param name="tokens">The sequence's embeddings, <c>[tokens, width]</c>, at least one token.</param>
    /// <param name="pooled">The result, <c>[width]</c>.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or there is nothing to pool.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The type does not pool.</exception>
    public static void Pool(PoolingType type, ReadOnlySpan<float> tokens, Span<float> pooled)
    {
        int width = pooled.Length;
        if (width == 0 || tokens.Length < width || tokens.Length % width != 0)
            throw new ArgumentException($"{tokens.Length} values are no whole rows of {width}", nameof(tokens));
        switch (type)
        {
            case PoolingType.Mean:
                int rows = tokens.Length / width;
                for (int i = 0; i < width; i++)
                {
                    double sum = 0;
                    for (int row = 0; row < rows; row++)
                        sum += tokens[row * width + i];
                    pooled[i] = (float)(sum / rows);
                }
                break;
            case PoolingType.Cls:
                tokens[..width].CopyTo(pooled);
                break;
            case PoolingType.Last:
                tokens[^width..].CopyTo(pooled);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "this type keeps one embedding a token");
        }
    }
}
