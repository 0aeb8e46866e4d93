// Owns the numbers that make a Llama, and which tensors of which shapes follow from them.
namespace Tern.Formats.Export;

/// <summary>Hyperparameters of a dense Llama (arXiv 2302.13971, 2307.09288), as its config.json states them.</summary>
public sealed record LlamaShape
{
    /// <summary>Blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int Width { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key/value heads; they divide <see cref="Heads"/>.</summary>
    public required int KvHeads { get; init; }

    /// <summary>Elements of a head; even.</summary>
    public required int HeadLength { get; init; }

    /// <summary>Inner width of the feed-forward layers.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Rows of the embedding, at least one for each token.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Tokens of a sequence.</summary>
    public required int Context { get; init; }

    /// <summary>Base of the rotary frequencies.</summary>
    public float RopeBase { get; init; } = 10000;

    /// <summary>Epsilon of the norms.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>Whether the output matrix is the embedding.</summary>
    public bool IsTied { get; init; }

    /// <summary>
    /// Names and shapes (outermost first; matrices [out, in]) of all tensors as Hugging Face publishes a Llama: the rows of a
    /// head's query and key are two halves that the rotation pairs, element i with element i + length / 2.
    /// </summary>
    public IEnumerable<KeyValuePair<string, long[]>> Tensors()
    {
        yield return New("model.embed_tokens.weight", Vocabulary, Width);
        for (int layer = 0; layer < Layers; layer++)
        {
            string block = $"model.layers.{layer}.";
            yield return New(block + "input_layernorm.weight", Width);
            yield return New(block + "self_attn.q_proj.weight", (long)Heads * HeadLength, Width);
            yield return New(block + "self_attn.k_proj.weight", (long)KvHeads * HeadLength, Width);
            yield return New(block + "self_attn.v_proj.weight", (long)KvHeads * HeadLength, Width);
            yield return New(block + "self_attn.o_proj.weight", Width, (long)Heads * HeadLength);
            yield return New(block + "post_attention_layernorm.weight", Width);
            yield return New(block + "mlp.gate_proj.weight", FeedForward, Width);
            yield return New(block + "mlp.up_proj.weight", FeedForward, Width);
            yield return New(block + "mlp.down_proj.weight", Width, FeedForward);
        }
        yield return New("model.norm.weight", Width);
        if (!IsTied)
            yield return New("lm_head.weight", Vocabulary, Width);

        static KeyValuePair<string, long[]> New(string name, params long[] shape) => new(name, shape);
    }

    /// <summary>Refuses numbers that make no network.</summary>
    /// <exception cref="ArgumentException">The message names the property and what would be right.</exception>
    internal void Check()
    {
        (string Name, int Value)[] counts =
        [
            (nameof(Layers), Layers),
            (nameof(Width), Width),
            (nameof(Heads), Heads),
            (nameof(KvHeads), KvHeads),
            (nameof(HeadLength), HeadLength),
            (nameof(FeedForward), FeedForward),
            (nameof(Vocabulary), Vocabulary),
            (nameof(Context), Context),
        ];
        foreach (var (name, value) in counts)
        {
            if (value < 1)
                throw new ArgumentException($"{name} is {value}; it must be at least 1");
        }
        if (Heads % KvHeads != 0)
            throw new ArgumentException($"{nameof(KvHeads)} is {KvHeads}; it must divide the {Heads} heads");
        if (HeadLength % 2 != 0)
            throw new ArgumentException($"{nameof(HeadLength)} is {HeadLength}; it must be even to be rotated");
    }
}
