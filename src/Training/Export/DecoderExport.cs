// Owns the way from a trained decoder to models that others load, and to one that the engine runs in place.
using Tern.Formats;
using Tern.Formats.Export;
using Tern.Tensors;
using Tern.Training.Autograd;
using Tern.Training.Language;
using Tern.Training.Runs;

namespace Tern.Training.Export;

/// <summary>A decoder as a model.</summary>
public static class DecoderExport
{
    private static readonly (string Gguf, string HuggingFace)[] s_blockNames =
    [
        ("attn_norm", "input_layernorm"),
        ("attn_q", "self_attn.q_proj"),
        ("attn_k", "self_attn.k_proj"),
        ("attn_v", "self_attn.v_proj"),
        ("attn_output", "self_attn.o_proj"),
        ("ffn_norm", "post_attention_layernorm"),
        ("ffn_gate", "mlp.gate_proj"),
        ("ffn_up", "mlp.up_proj"),
        ("ffn_down", "mlp.down_proj"),
    ];

    /// <summary>A Llama to be written as GGUF or as a Hugging Face directory.</summary>
    /// <param name="decoder">Its weights are shared, but for queries and keys, which are copied in another order.</param>
    /// <param name="name">Name of the model in metadata.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <exception cref="NotSupportedException">It is no Llama.</exception>
    public static LlamaExport ToLlama(Decoder decoder, string name, TokenizerFiles tokenizer)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var config = decoder.Config;
        if (config.Architecture != DecoderArchitecture.Llama)
            throw new NotSupportedException($"{config.Architecture} cannot be exported yet; Llama can");
        var shape = new LlamaShape
        {
            Layers = config.Layers,
            Width = config.Width,
            Heads = config.Heads,
            KvHeads = config.KvHeads,
            HeadLength = config.HeadDim,
            FeedForward = config.FeedForward,
            Vocabulary = config.VocabularySize,
            Context = config.ContextLength,
            RopeBase = config.RopeBase,
            Epsilon = config.Epsilon,
            IsTied = config.TieEmbeddings,
        };
        var weights = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var parameter in decoder.Parameters)
        {
            string exported = NameOf(parameter.Name);
            weights.Add(
                exported,
                parameter.Name.EndsWith("attn_q.weight", StringComparison.Ordinal)
                || parameter.Name.EndsWith("attn_k.weight", StringComparison.Ordinal)
                    ? Halves(exported, parameter, config.HeadDim)
                    : parameter.Value.Reshape(exported, parameter.Value.Shape)
            );
        }
        return new LlamaExport(name, shape, weights, tokenizer.TokenizerJson, tokenizer.ConfigJson);
    }

    /// <summary>
    /// The decoder as an opened GGUF file whose tensors are the parameters themselves: what the engine computes from it is
    /// bitwise what the tape does.
    /// </summary>
    /// <param name="decoder">Must outlive the result.</param>
    /// <param name="name">Name of the model in metadata.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <exception cref="NotSupportedException">It is no Llama.</exception>
    public static ModelFile View(Decoder decoder, string name, TokenizerFiles tokenizer)
    {
        using var exported = ToLlama(decoder, name, tokenizer).View();
        var tensors = new OrderedDictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var parameter in decoder.Parameters)
            tensors.Add(parameter.Name, parameter.Value);
        return new ModelFile(exported.Path, exported.Metadata, tensors, []);
    }

    private static string NameOf(string name)
    {
        if (!name.StartsWith("blk.", StringComparison.Ordinal))
            return name switch
            {
                "token_embd.weight" => "model.embed_tokens.weight",
                "output_norm.weight" => "model.norm.weight",
                "output.weight" => "lm_head.weight",
                _ => throw new InvalidOperationException($"parameter '{name}' has no name in a Hugging Face model"),
            };
        string[] parts = name.Split('.', 3);
        string rest = parts[2][..parts[2].LastIndexOf('.')];
        string mapped = s_blockNames.First(pair => pair.Gguf == rest).HuggingFace;
        return $"model.layers.{parts[1]}.{mapped}.weight";
    }

    /// <summary>Rows of a head from neighbours that are rotated together to halves that are.</summary>
    private static Tensor Halves(string name, Parameter parameter, int headDim)
    {
        var result = Tensor.Allocate(name, DType.F32, parameter.Value.Shape);
        for (int row = 0; row < parameter.Value.Rows; row++)
        {
            int within = row % headDim;
            int target = row - within + within / 2 + within % 2 * (headDim / 2);
            parameter.Value.Row(row).CopyTo(result.Row(target));
        }
        return result;
    }
}
