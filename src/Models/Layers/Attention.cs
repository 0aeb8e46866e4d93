// Owns multi-head attention with shared key/value heads.
using Tern.Kernels;
using Tern.Models.KvCache;
using Tern.Models.Loading;

namespace Tern.Models.Layers;

/// <summary>Grouped-query attention (arXiv 2305.13245) over the paged cache.</summary>
internal sealed record Attention : IAttention
{
    public required int Layer { get; init; }

    public required int Heads { get; init; }

    public required KvLayerShape Kv { get; init; }

    public required Linear Query { get; init; }

    public required Linear Key { get; init; }

    public required Linear Value { get; init; }

    public required Linear Output { get; init; }

    /// <summary>Factor on the scores.</summary>
    public required float Scale { get; init; }

    /// <summary>Norm of queries, over a head or over all of them; null = none.</summary>
    public Norm? QueryNorm { get; init; }

    /// <summary>Norm of keys, over a head or over all of them; null = none.</summary>
    public Norm? KeyNorm { get; init; }

    /// <summary>Rotation of queries and keys; null = none.</summary>
    public RotaryEmbedding? Rope { get; init; }

    /// <summary>Sliding window in tokens; 0 = all.</summary>
    public int Window { get; init; }

    /// <summary>Soft cap on the scores; 0 = none.</summary>
    public float SoftCap { get; init; }

    /// <summary>Sink logits, one a head, or null.</summary>
    public float[]? Sinks { get; init; }

    /// <summary>Whether tokens see later ones.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>The tensors attn_q, attn_k, attn_v (or all three fused in attn_qkv) and attn_output, biases where there are any.</summary>
    public static Attention Read(WeightReader block, RotaryEmbedding? rope)
    {
        var keys = block.Keys;
        int width = keys.EmbeddingLength;
        long queries = (long)keys.HeadCount * keys.KeyLength;
        long keyElements = (long)keys.KvHeadCount * keys.KeyLength;
        long values = (long)keys.KvHeadCount * keys.ValueLength;
        Linear query,
            key,
            value;
        if (block.HasFirstOf("attn_qkv.weight", "attn_q.weight"))
        {
            var fused = block.Fused("attn_qkv", width, queries, keyElements, values);
            (query, key, value) = (fused[0], fused[1], fused[2]);
        }
        else
        {
            query = block.Linear("attn_q", queries, width);
            key = block.Linear("attn_k", keyElements, width);
            value = block.Linear("attn_v", values, width);
        }
        return new Attention
        {
            Layer = block.Layer,
            Heads = keys.HeadCount,
            Kv = new KvLayerShape(keys.KvHeadCount, keys.KeyLength, keys.ValueLength),
            Query = query,
            Key = key,
            Value = value,
            Output = block.Linear("attn_output", width, (long)keys.HeadCount * keys.ValueLength),
            Scale = keys.AttentionScale,
            Rope = rope,
        };
    }

    public Span<float> Forward(ForwardPass pass, ReadOnlySpan<float> x)
    {
        var query = Query.Forward(pass, x);
        var key = Key.Forward(pass, x);
        var value = Value.Forward(pass, x);
        QueryNorm?.Apply(pass, query);
        KeyNorm?.Apply(pass, key);
        Rope?.Apply(pass, query, Heads, Kv.KeyLength);
        Rope?.Apply(pass, key, Kv.Heads, Kv.KeyLength);
        pass.Backend.StoreKv(key, pass.Keys(Layer), pass.Slots);
        pass.Backend.StoreKv(value, pass.Values(Layer), pass.Slots);

        var mixed = pass.Take(pass.Rows, Heads * Kv.ValueLength);
        pass.Backend.PagedAttention(
            new AttentionInput
            {
                Query = query,
                Keys = pass.Keys(Layer),
                Values = pass.Values(Layer),
                Sequences = pass.Sequences,
                BlockTables = pass.BlockTables,
                Heads = Heads,
                Scale = Scale,
                Window = Window,
                SoftCap = SoftCap,
                Sinks = Sinks,
                Bidirectional = Bidirectional,
            },
            mixed
        );
        return Output.Forward(pass, mixed);
    }
}
