// Owns the numbers that make a decoder, and which tensors of which shapes follow from them.
namespace Tern.Formats.Export;

/// <summary>
/// Hyperparameters of a decoder of pre-norm blocks with grouped-query attention, rotary positions and gated feed-forward
/// layers: Llama (arXiv 2302.13971), Qwen 2 (2407.10671), Qwen 3 and its mixtures of experts (2505.09388).
/// </summary>
public sealed record DecoderShape
{
    /// <summary>GGUF's name of the architecture, one of <see cref="Architectures"/>.</summary>
    public required string Architecture { get; init; }

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

    /// <summary>Inner width of the feed-forward layers; in a mixture, of each expert.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Experts of each feed-forward layer of a mixture; 0 otherwise.</summary>
    public int Experts { get; init; }

    /// <summary>Experts that a token goes through; 0 without experts.</summary>
    public int ExpertsUsed { get; init; }

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

    /// <summary>The architectures that can be written.</summary>
    public static IReadOnlyList<string> Architectures { get; } =
    [ConfigFiles.Llama, ConfigFiles.Qwen2, ConfigFiles.Qwen3, ConfigFiles.Qwen3Moe];

    /// <summary>Whether feed-forward layers are mixtures of experts.</summary>
    internal bool HasExperts => Architecture == ConfigFiles.Qwen3Moe;

    /// <summary>
    /// Names and shapes (outermost first; matrices [out, in]) of all tensors as GGUF has them: the rows of a Llama's queries
    /// and keys are pairs that rotate together, neighbours; in the others the pairs lie half a head apart.
    /// </summary>
    public IEnumerable<KeyValuePair<string, long[]>> Tensors()
    {
        long queries = (long)Heads * HeadLength;
        long keys = (long)KvHeads * HeadLength;
        yield return New("token_embd.weight", Vocabulary, Width);
        for (int layer = 0; layer < Layers; layer++)
        {
            string block = $"blk.{layer}.";
            yield return New(block + "attn_norm.weight", Width);
            yield return New(block + "attn_q.weight", queries, Width);
            yield return New(block + "attn_k.weight", keys, Width);
            yield return New(block + "attn_v.weight", keys, Width);
            if (Architecture == ConfigFiles.Qwen2)
            {
                yield return New(block + "attn_q.bias", queries);
                yield return New(block + "attn_k.bias", keys);
                yield return New(block + "attn_v.bias", keys);
            }
            if (Architecture is ConfigFiles.Qwen3 or ConfigFiles.Qwen3Moe)
            {
                yield return New(block + "attn_q_norm.weight", HeadLength);
                yield return New(block + "attn_k_norm.weight", HeadLength);
            }
            yield return New(block + "attn_output.weight", Width, queries);
            yield return New(block + "ffn_norm.weight", Width);
            if (HasExperts)
            {
                yield return New(block + "ffn_gate_inp.weight", Experts, Width);
                yield return New(block + "ffn_gate_exps.weight", Experts, FeedForward, Width);
                yield return New(block + "ffn_up_exps.weight", Experts, FeedForward, Width);
                yield return New(block + "ffn_down_exps.weight", Experts, Width, FeedForward);
                continue;
            }
            yield return New(block + "ffn_gate.weight", FeedForward, Width);
            yield return New(block + "ffn_up.weight", FeedForward, Width);
            yield return New(block + "ffn_down.weight", Width, FeedForward);
        }
        yield return New("output_norm.weight", Width);
        if (!IsTied)
            yield return New("output.weight", Vocabulary, Width);

        static KeyValuePair<string, long[]> New(string name, params long[] shape) => new(name, shape);
    }

    /// <summary>Refuses what makes no network.</summary>
    /// <exception cref="ArgumentException">The message names the property and what would be right.</exception>
    internal void Check()
    {
        if (!Architectures.Contains(Architecture))
            throw new ArgumentException(
                $"{nameof(Architecture)} is '{Architecture}'; known are {string.Join(", ", Architectures)}"
            );
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
        if (HasExperts ? ExpertsUsed < 1 || ExpertsUsed > Experts : (Experts, ExpertsUsed) != (0, 0))
            throw new ArgumentException(
                $"{nameof(ExpertsUsed)} is {ExpertsUsed} of {Experts} {nameof(Experts)}; "
                    + (HasExperts ? "it must be at least 1 and no more than there are" : $"a {Architecture} has none")
            );
        if (Heads % KvHeads != 0)
            throw new ArgumentException($"{nameof(KvHeads)} is {KvHeads}; it must divide the {Heads} heads");
        if (HeadLength % 2 != 0)
            throw new ArgumentException($"{nameof(HeadLength)} is {HeadLength}; it must be even to be rotated");
    }
}
