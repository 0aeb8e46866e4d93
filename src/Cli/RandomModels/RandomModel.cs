// Owns a model of a real shape whose weights are noise: everything about it but the answers is like the original.
using System.Runtime.InteropServices;
using Tern.Formats;
using Tern.Tensors;
using Tern.Tensors.Memory;

namespace Tern.Cli.RandomModels;

/// <summary>Builds a model whose tensors are made when they are read, one at a time.</summary>
/// <param name="shape">The shape.</param>
/// <param name="seed">The same seed gives the same weights.</param>
internal sealed class RandomModel(ModelShape shape, ulong seed)
{
    private const float Sigma = 0.02f;

    // Llama 3's rope scaling (rope_type "llama3" in config.json).
    private const float LowFrequencyFactor = 1;
    private const float HighFrequencyFactor = 4;
    private const float OriginalContext = 8192;

    private readonly OrderedDictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    /// <summary>The model, as if it had been opened.</summary>
    public ModelFile Build()
    {
        Noise("token_embd.weight", shape.Vocabulary, shape.Width);
        if (shape.RopeFactor > 0)
            Add("rope_freqs.weight", RopeDivisors, shape.HeadLength / 2);
        for (int layer = 0; layer < shape.Layers; layer++)
            AddBlock($"blk.{layer}.");
        Ones("output_norm.weight", shape.Width);
        if (!shape.IsTied)
            Noise("output.weight", shape.Vocabulary, shape.Width);
        string path = $"random:{shape.Name}";
        return new ModelFile(path, new Metadata(path, Metadata()), _tensors, []);
    }

    private void AddBlock(string block)
    {
        int queries = shape.Heads * shape.HeadLength;
        int keys = shape.KvHeads * shape.HeadLength;
        Ones(block + "attn_norm.weight", shape.Width);
        Noise(block + "attn_q.weight", queries, shape.Width);
        Noise(block + "attn_k.weight", keys, shape.Width);
        Noise(block + "attn_v.weight", keys, shape.Width);
        if (shape.Architecture == "qwen2")
        {
            Noise(block + "attn_q.bias", queries);
            Noise(block + "attn_k.bias", keys);
            Noise(block + "attn_v.bias", keys);
        }
        if (shape.Architecture is "qwen3" or "qwen3moe")
        {
            Ones(block + "attn_q_norm.weight", shape.HeadLength);
            Ones(block + "attn_k_norm.weight", shape.HeadLength);
        }
        Noise(block + "attn_output.weight", shape.Width, queries);
        Ones(block + "ffn_norm.weight", shape.Width);
        if (shape.Experts > 0)
        {
            Noise(block + "ffn_gate_inp.weight", shape.Experts, shape.Width);
            Noise(block + "ffn_gate_exps.weight", shape.Experts, shape.FeedForward, shape.Width);
            Noise(block + "ffn_up_exps.weight", shape.Experts, shape.FeedForward, shape.Width);
            Noise(block + "ffn_down_exps.weight", shape.Experts, shape.Width, shape.FeedForward);
            return;
        }
        Noise(block + "ffn_gate.weight", shape.FeedForward, shape.Width);
        Noise(block + "ffn_up.weight", shape.FeedForward, shape.Width);
        Noise(block + "ffn_down.weight", shape.Width, shape.FeedForward);
    }

    private void Noise(string name, params long[] dimensions)
    {
        ulong tensorSeed = unchecked(seed * 0x100000001b3 + (ulong)_tensors.Count) << 32;
        Add(
            name,
            tensor =>
                Parallel.For(0, tensor.Rows, row => NormalNoise.Fill(Row(tensor, row), Sigma, tensorSeed + (ulong)row)),
            dimensions
        );
    }

    private void Ones(string name, long length) => Add(name, tensor => Row(tensor, 0).Fill(1), length);

    private void Add(string name, Action<Tensor> fill, params long[] dimensions)
    {
        long bytes = dimensions.Aggregate((long)sizeof(float), (a, b) => checked(a * b));
        var memory = new DeferredMemory(
            bytes,
            () =>
            {
                var made = new AlignedMemory(bytes);
                fill(new Tensor(name, DType.F32, dimensions, made));
                return made;
            }
        );
        _tensors.Add(name, new Tensor(name, DType.F32, dimensions, memory));
    }

    private static Span<float> Row(Tensor tensor, long row) => MemoryMarshal.Cast<byte, float>(tensor.Row(row));

    private void RopeDivisors(Tensor tensor)
    {
        var divisors = Row(tensor, 0);
        for (int i = 0; i < divisors.Length; i++)
        {
            double wavelength = Math.Tau * Math.Pow(shape.RopeBase, 2.0 * i / shape.HeadLength);
            double smooth =
                (OriginalContext / wavelength - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor);
            double share = Math.Clamp(smooth, 0, 1);
            divisors[i] = (float)(1 / ((1 - share) / shape.RopeFactor + share));
        }
    }

    private OrderedDictionary<string, object> Metadata()
    {
        string a = shape.Architecture;
        var metadata = new OrderedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["general.architecture"] = a,
            ["general.name"] = $"random {shape.Name}",
            [$"{a}.block_count"] = (uint)shape.Layers,
            [$"{a}.context_length"] = (uint)shape.Context,
            [$"{a}.embedding_length"] = (uint)shape.Width,
            [$"{a}.feed_forward_length"] = (uint)shape.FeedForward,
            [$"{a}.attention.head_count"] = (uint)shape.Heads,
            [$"{a}.attention.head_count_kv"] = (uint)shape.KvHeads,
            [$"{a}.attention.key_length"] = (uint)shape.HeadLength,
            [$"{a}.attention.value_length"] = (uint)shape.HeadLength,
            [$"{a}.attention.layer_norm_rms_epsilon"] = shape.Epsilon,
            [$"{a}.rope.freq_base"] = shape.RopeBase,
            [$"{a}.rope.dimension_count"] = (uint)shape.HeadLength,
            [$"{a}.vocab_size"] = (uint)shape.Vocabulary,
        };
        if (shape.Experts > 0)
        {
            metadata[$"{a}.expert_count"] = (uint)shape.Experts;
            metadata[$"{a}.expert_used_count"] = (uint)shape.ExpertsUsed;
            metadata[$"{a}.expert_feed_forward_length"] = (uint)shape.FeedForward;
        }
        SyntheticVocabulary.Write(metadata, shape.Vocabulary);
        return metadata;
    }
}
