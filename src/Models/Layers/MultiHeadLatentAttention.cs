// Owns multi-head latent attention in its absorbed form: what is cached of a token is one latent vector and one rotated
// key for all heads. The matrix that would turn latents into keys is applied to the queries instead, and the one that
// would turn them into values to the result.
using Tern.Kernels;
using Tern.Models.KvCache;

namespace Tern.Models.Layers;

/// <summary>DeepSeek's multi-head latent attention (arXiv 2405.04434 §2.1).</summary>
internal sealed class MultiHeadLatentAttention : IAttention
{
    public required int Layer { get; init; }

    public required LatentShape Shape { get; init; }

    /// <summary>To the compressed query, or null: the query is projected at once.</summary>
    public Linear? QueryDown { get; init; }

    /// <summary>Norm of the compressed query; with <see cref="QueryDown"/>.</summary>
    public Norm? QueryNorm { get; init; }

    /// <summary>To <c>[heads, plain + rotated]</c>.</summary>
    public required Linear QueryUp { get; init; }

    /// <summary>To <c>[latent + rotated]</c>.</summary>
    public required Linear LatentDown { get; init; }

    public required Norm LatentNorm { get; init; }

    /// <summary>Per head: plain query to latent.</summary>
    public required Linear[] QueryToLatent { get; init; }

    /// <summary>Per head: latent to value.</summary>
    public required Linear[] LatentToValue { get; init; }

    public required Linear Output { get; init; }

    public required RotaryEmbedding Rope { get; init; }

    public required float Scale { get; init; }

    public KvLayerShape Kv => new(Heads: 1, Shape.Latent + Shape.Rotated, Shape.Latent, ValuesInKeys: true);

    public Span<float> Forward(ForwardPass pass, ReadOnlySpan<float> x)
    {
        pass.Backend.StoreKv(Keys(pass, x), pass.Keys(Layer), pass.Slots);
        var mixed = pass.Take(pass.Rows, Shape.Heads * Shape.Latent);
        pass.Backend.PagedAttention(
            new AttentionInput
            {
                Query = Queries(pass, x),
                Keys = pass.Keys(Layer),
                Values = pass.Values(Layer),
                Sequences = pass.Sequences,
                BlockTables = pass.BlockTables,
                Heads = Shape.Heads,
                Scale = Scale,
            },
            mixed
        );
        var values = PerHead(pass, mixed, Shape.Latent, LatentToValue, Shape.Value);
        return Output.Forward(pass, values);
    }

    /// <summary><c>[rows, latent + rotated]</c>: the normalized latent, then the rotated key.</summary>
    private Span<float> Keys(ForwardPass pass, ReadOnlySpan<float> x)
    {
        int width = Shape.Latent + Shape.Rotated;
        var keys = LatentDown.Forward(pass, x);
        var latent = pass.Take(pass.Rows, Shape.Latent);
        var rotated = pass.Take(pass.Rows, Shape.Rotated);
        CopyColumns(keys, width, latent, Shape.Latent, Shape.Latent);
        CopyColumns(keys[Shape.Latent..], width, rotated, Shape.Rotated, Shape.Rotated);
        LatentNorm.Apply(pass, latent);
        Rope.Apply(pass, rotated, heads: 1, Shape.Rotated);
        CopyColumns(latent, Shape.Latent, keys, width, Shape.Latent);
        CopyColumns(rotated, Shape.Rotated, keys[Shape.Latent..], width, Shape.Rotated);
        return keys;
    }

    /// <summary><c>[rows, heads, latent + rotated]</c>: what to compare the latents with, then the rotated query.</summary>
    private Span<float> Queries(ForwardPass pass, ReadOnlySpan<float> x)
    {
        var compressed = x;
        if (QueryDown is not null)
        {
            var down = QueryDown.Forward(pass, x);
            QueryNorm?.Apply(pass, down);
            compressed = down;
        }
        int headWidth = Shape.Plain + Shape.Rotated;
        int queryWidth = Shape.Latent + Shape.Rotated;
        var query = QueryUp.Forward(pass, compressed);
        var plain = pass.Take(pass.Rows, Shape.Heads * Shape.Plain);
        var rotated = pass.Take(pass.Rows, Shape.Heads * Shape.Rotated);
        CopyColumns(query, headWidth, plain, Shape.Plain, Shape.Plain);
        CopyColumns(query[Shape.Plain..], headWidth, rotated, Shape.Rotated, Shape.Rotated);
        Rope.Apply(pass, rotated, Shape.Heads, Shape.Rotated);

        var latent = PerHead(pass, plain, Shape.Plain, QueryToLatent, Shape.Latent);
        var result = pass.Take(pass.Rows, Shape.Heads * queryWidth);
        CopyColumns(latent, Shape.Latent, result, queryWidth, Shape.Latent);
        CopyColumns(rotated, Shape.Rotated, result[Shape.Latent..], queryWidth, Shape.Rotated);
        return result;
    }

    /// <summary>Applies each head's own matrix: <c>[rows, heads, from]</c> to <c>[rows, heads, to]</c>.</summary>
    private static Span<float> PerHead(ForwardPass pass, ReadOnlySpan<float> x, int from, Linear[] heads, int to)
    {
        var result = pass.Take(pass.Rows, heads.Length * to);
        var input = pass.Take(pass.Rows, from);
        var output = pass.Take(pass.Rows, to);
        for (int head = 0; head < heads.Length; head++)
        {
            CopyColumns(x[(head * from)..], heads.Length * from, input, from, from);
            heads[head].Forward(pass, input, output);
            CopyColumns(output, to, result[(head * to)..], heads.Length * to, to);
        }
        return result;
    }

    /// <summary>Copies the first <paramref name="count"/> elements of every row, rows being strides apart.</summary>
    private static void CopyColumns(
        ReadOnlySpan<float> source,
        int sourceStride,
        Span<float> destination,
        int destinationStride,
        int count
    )
    {
        for (int from = 0, to = 0; from + count <= source.Length; from += sourceStride, to += destinationStride)
            source.Slice(from, count).CopyTo(destination[to..]);
    }
}
