// Owns what differs between families of published models: names, extra keys, and how weights are rearranged.
namespace Tern.Formats.HuggingFace;

/// <summary>
/// How one <c>model_type</c> becomes a GGUF architecture (keys and names: github.com/ggml-org/llama.cpp
/// gguf-py/gguf/constants.py and tensor_mapping.py).
/// </summary>
/// <param name="Name">The GGUF architecture.</param>
/// <param name="Keys">Writes the metadata beyond what all have.</param>
internal sealed record HuggingFaceArchitecture(string Name, Action<HuggingFaceConfig, MetadataBuilder> Keys)
{
    // Gemma 3's larger models state only what differs from these (transformers, Gemma3TextConfig).
    private const string Gemma3Defaults = """
        {"vocab_size":262208,"num_attention_heads":8,"num_key_value_heads":4,"head_dim":256,"max_position_embeddings":131072,
         "rms_norm_eps":1e-6,"rope_theta":1000000,"rope_local_base_freq":10000,"query_pre_attn_scalar":256,"sliding_window":4096}
        """;

    private static readonly HuggingFaceArchitecture Gemma3 = new("gemma3", ArchitectureKeys.Gemma3)
    {
        IsGemma = true,
        Names = TensorNames.PostNorms,
        Defaults = Gemma3Defaults,
    };

    /// <summary>The <c>model_type</c>s of config.json that are known.</summary>
    public static IReadOnlyDictionary<string, HuggingFaceArchitecture> Known { get; } =
        new Dictionary<string, HuggingFaceArchitecture>(StringComparer.Ordinal)
        {
            ["llama"] = new("llama", ArchitectureKeys.Llama) { PairsRotaryHalves = true },
            ["mistral"] = new("llama", ArchitectureKeys.Llama) { PairsRotaryHalves = true },
            ["mixtral"] = new("llama", ArchitectureKeys.Llama) { PairsRotaryHalves = true },
            ["qwen2"] = new("qwen2", ArchitectureKeys.Qwen),
            ["qwen3"] = new("qwen3", ArchitectureKeys.Qwen),
            ["qwen3_moe"] = new("qwen3moe", ArchitectureKeys.Qwen3Moe),
            ["gemma2"] = new("gemma2", ArchitectureKeys.Gemma2) { IsGemma = true, Names = TensorNames.PostNorms },
            ["gemma3_text"] = Gemma3,
            ["gemma3"] = Gemma3,
            ["phi3"] = new("phi3", ArchitectureKeys.Phi3),
            ["olmo2"] = new("olmo2", ArchitectureKeys.Olmo) { Names = TensorNames.PostNorms },
            ["olmo3"] = new("olmo2", ArchitectureKeys.Olmo) { Names = TensorNames.PostNorms },
            ["granite"] = new("granite", ArchitectureKeys.Granite) { PairsRotaryHalves = true },
            ["smollm3"] = new("smollm3", ArchitectureKeys.SmolLm3) { PairsRotaryHalves = true },
            ["starcoder2"] = new("starcoder2", ArchitectureKeys.Windowed),
            ["gpt2"] = new("gpt2", ArchitectureKeys.Gpt2) { Names = TensorNames.Gpt2, TransposesMatrices = true },
            ["gpt_oss"] = new("gpt-oss", ArchitectureKeys.GptOss) { Names = TensorNames.GptOss },
            ["deepseek_v2"] = new("deepseek2", ArchitectureKeys.DeepSeek),
            ["deepseek_v3"] = new("deepseek2", ArchitectureKeys.DeepSeek),
            ["bert"] = new("bert", ArchitectureKeys.Encoder) { Names = TensorNames.Bert },
            ["nomic_bert"] = new("nomic-bert", ArchitectureKeys.Encoder) { Names = TensorNames.NomicBert },
        };

    /// <summary>JSON of keys that config.json may leave out.</summary>
    public string Defaults { get; init; } = "{}";

    /// <summary>Names of a layer's tensors, beside the common ones.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = TensorNames.PreNorms;

    /// <summary>The rows of q and k go from halves (Hugging Face) to pairs (GGUF's NORM rope).</summary>
    public bool PairsRotaryHalves { get; init; }

    /// <summary>Norm weights are stored minus one, and the output matrix is the embedding.</summary>
    public bool IsGemma { get; init; }

    /// <summary>Matrices are stored [in, out].</summary>
    public bool TransposesMatrices { get; init; }
}
