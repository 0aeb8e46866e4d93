// Owns how config.json becomes GGUF metadata: the keys all models have, then those of each family.
using Tern.Formats.Gguf;

namespace Tern.Formats.HuggingFace;

/// <summary>Writes metadata (keys: gguf-py/gguf/constants.py; meaning of config keys: the published configurations).</summary>
internal static class ArchitectureKeys
{
    private const string KeyLength = ".attention.key_length";
    private const string ValueLength = ".attention.value_length";
    private const string SlidingWindow = ".attention.sliding_window";
    private const string RopeDimensions = ".rope.dimension_count";
    private const string FeedForward = ".feed_forward_length";

    /// <summary>The keys every architecture has.</summary>
    public static void Common(HuggingFaceConfig config, MetadataBuilder metadata, string name, GgufFileType type)
    {
        metadata.Set("general.type", "model");
        metadata.Set("general.name", name);
        metadata.Set("general.file_type", (int)type);
        int heads = config.Int("num_attention_heads", "n_head");
        int width = config.Int("hidden_size", "n_embd");
        if (heads == 0 || width == 0)
            throw config.Error(
                "num_attention_heads",
                $"{heads} heads over a hidden size of {width}: both must be positive"
            );
        metadata.Set(".block_count", config.Int("num_hidden_layers", "n_layer"));
        metadata.Set(
            ".context_length",
            config.Int("max_trained_positions", "max_position_embeddings", "n_positions", "n_ctx")
        );
        metadata.Set(".embedding_length", width);
        metadata.Set(FeedForward, config.OptionalInt("intermediate_size", "n_inner"));
        metadata.Set(".attention.head_count", heads);
        metadata.Set(".attention.head_count_kv", config.OptionalInt("num_key_value_heads") ?? heads);
        metadata.Set(".vocab_size", config.Int("vocab_size"));
        metadata.Set(".attention.layer_norm_rms_epsilon", config.OptionalFloat("rms_norm_eps"));
        metadata.Set(
            ".attention.layer_norm_epsilon",
            config.OptionalFloat("layer_norm_eps", "layer_norm_epsilon", "norm_epsilon")
        );
        int? head = config.OptionalInt("head_dim");
        metadata.Set(KeyLength, head);
        metadata.Set(ValueLength, head);
        metadata.Set(".expert_count", config.OptionalInt("num_local_experts", "num_experts", "n_routed_experts"));
        metadata.Set(".expert_used_count", config.OptionalInt("num_experts_per_tok", "experts_per_token"));
        metadata.Set(".expert_feed_forward_length", config.OptionalInt("moe_intermediate_size"));
    }

    public static void Llama(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        Rope(config, metadata);
        metadata.Set(SlidingWindow, config.OptionalInt("sliding_window"));
    }

    public static void Windowed(HuggingFaceConfig config, MetadataBuilder metadata) => Llama(config, metadata);

    public static void Qwen(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        Rope(config, metadata);
        if (
            config.Bool("use_sliding_window", false)
            && config.OptionalInt("sliding_window") < config.Int("max_position_embeddings")
        )
            throw config.Error("use_sliding_window", "sliding windows in some layers of this model are not supported");
        Pooling(config, metadata);
    }

    public static void Qwen3Moe(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        Qwen(config, metadata);
        if (config.OptionalInt("decoder_sparse_step") is > 1)
            throw config.Error("decoder_sparse_step", "layers without experts are not supported in this architecture");
        if (
            config.Find("mlp_only_layers") is { } dense
            && (dense.ValueKind != System.Text.Json.JsonValueKind.Array || dense.GetArrayLength() > 0)
        )
            throw config.Error("mlp_only_layers", "layers without experts are not supported in this architecture");
        metadata.Set(".expert_weights_norm", config.Bool("norm_topk_prob", false));
    }

    public static void Gemma2(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        Rope(config, metadata);
        metadata.Set(SlidingWindow, config.Int("sliding_window"));
        metadata.Set(".attn_logit_softcapping", config.OptionalFloat("attn_logit_softcapping"));
        metadata.Set(".final_logit_softcapping", config.OptionalFloat("final_logit_softcapping"));
        QueryScale(config, metadata);
    }

    public static void Gemma3(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        Rope(config, metadata);
        metadata.Set(SlidingWindow, config.Int("sliding_window"));
        metadata.Set(".rope.freq_base_swa", config.OptionalFloat("rope_local_base_freq"));
        metadata.Set(".final_logit_softcapping", config.OptionalFloat("final_logit_softcapping"));
        if (config.OptionalInt("sliding_window_pattern", "_sliding_window_pattern") is { } pattern and not 6)
            metadata.Set(".attention.sliding_window_pattern", pattern);
        QueryScale(config, metadata);
    }

    public static void Phi3(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        Rope(config, metadata);
        metadata.Set(SlidingWindow, config.OptionalInt("sliding_window"));
        if (config.OptionalInt("original_max_position_embeddings") is not { } original)
            return;
        metadata.Set(".rope.scaling.original_context_length", original);
        if (RopeScaling.Of(config)?.OptionalFloats("long_factor") is not null)
            metadata.Set(".rope.scaling.attn_factor", RopeScaling.LongRopeAttentionFactor(config, original));
    }

    public static void Olmo(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        Rope(config, metadata);
        if (config.OptionalInt("sliding_window") is not { } window)
            return;
        metadata.Set(SlidingWindow, window);
        // Readers take every fourth layer as global unless told otherwise.
        if (config.OptionalStrings("layer_types") is { } layers)
        {
            bool[] local = [.. layers.Select(kind => kind == "sliding_attention")];
            if (!local.Select((slides, i) => slides == ((i + 1) % 4 != 0)).All(same => same))
                metadata.Set(".attention.sliding_window_pattern", local);
        }
    }

    public static void Granite(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        Rope(config, metadata);
        metadata.Set(".attention.scale", config.OptionalFloat("attention_multiplier"));
        metadata.Set(".embedding_scale", config.OptionalFloat("embedding_multiplier"));
        metadata.Set(".residual_scale", config.OptionalFloat("residual_multiplier"));
        metadata.Set(".logit_scale", config.OptionalFloat("logits_scaling"));
    }

    public static void SmolLm3(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        Rope(config, metadata);
        if (config.OptionalFloats("no_rope_layers") is { } rotates)
        {
            for (int i = 0; i < rotates.Length; i++)
            {
                if (rotates[i] != 0 != ((i + 1) % 4 != 0))
                    throw config.Error("no_rope_layers", $"layer {i}: only every fourth layer may lack rope");
            }
        }
        if (config.Bool("use_sliding_window", false))
            throw config.Error("use_sliding_window", "sliding windows are not supported in this architecture");
    }

    public static void Gpt2(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        if (!config.Has("n_inner") && !config.Has("intermediate_size"))
            metadata.Set(FeedForward, checked(4 * config.Int("n_embd", "hidden_size")));
    }

    public static void GptOss(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        Rope(config, metadata);
        metadata.Set(SlidingWindow, config.Int("sliding_window"));
        metadata.Set(".expert_feed_forward_length", config.Int("intermediate_size"));
    }

    public static void DeepSeek(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        Rope(config, metadata);
        int latent = config.Int("kv_lora_rank");
        int rotary = config.Int("qk_rope_head_dim");
        metadata.Set(".attention.head_count_kv", 1); // all heads share the compressed key and value
        metadata.Set(KeyLength, checked(latent + rotary));
        metadata.Set(ValueLength, latent);
        metadata.Set(".attention.key_length_mla", checked(config.Int("qk_nope_head_dim") + rotary));
        metadata.Set(".attention.value_length_mla", config.Int("v_head_dim"));
        metadata.Set(".attention.q_lora_rank", config.OptionalInt("q_lora_rank"));
        metadata.Set(".attention.kv_lora_rank", latent);
        metadata.Set(RopeDimensions, rotary);
        metadata.Set(".leading_dense_block_count", config.OptionalInt("first_k_dense_replace") ?? 0);
        metadata.Set(".expert_shared_count", config.OptionalInt("n_shared_experts") ?? 0);
        metadata.Set(".expert_weights_scale", config.OptionalFloat("routed_scaling_factor"));
        metadata.Set(".expert_weights_norm", config.Bool("norm_topk_prob", false));
        string scoring = config.OptionalString("scoring_func") ?? "softmax";
        metadata.Set(
            ".expert_gating_func",
            scoring switch
            {
                "softmax" => 1,
                "sigmoid" => 2,
                _ => throw config.Error("scoring_func", $"'{scoring}' is not supported (softmax and sigmoid are)"),
            }
        );
        if (config.OptionalString("topk_method") is not "greedy")
        {
            metadata.Set(".expert_group_count", config.OptionalInt("n_group"));
            metadata.Set(".expert_group_used_count", config.OptionalInt("topk_group"));
        }
        if (RopeScaling.Of(config)?.OptionalFloat("mscale_all_dim") is { } all)
            metadata.Set(".rope.scaling.yarn_log_multiplier", 0.1f * all);
    }

    public static void Encoder(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        if (config.OptionalFloat("rotary_emb_base") is { } theta)
        {
            metadata.Set(".rope.freq_base", theta);
            metadata.Set(
                RopeDimensions,
                config.Int("n_embd", "hidden_size") / config.Int("n_head", "num_attention_heads")
            );
        }
        metadata.Set(".attention.causal", false);
        Pooling(config, metadata);
        metadata.Set("tokenizer.ggml.token_type_count", config.OptionalInt("type_vocab_size"));
    }

    private static void Rope(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        int head = config.OptionalInt("head_dim") ?? config.Int("hidden_size") / config.Int("num_attention_heads");
        float part = config.OptionalFloat("partial_rotary_factor") ?? 1;
        metadata.Set(RopeDimensions, (int)(part * head));
        RopeScaling.Write(config, metadata);
    }

    /// <summary>Attention scaled otherwise than by the head's length.</summary>
    private static void QueryScale(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        if (config.OptionalFloat("query_pre_attn_scalar") is { } scalar && scalar != config.OptionalInt("head_dim"))
            metadata.Set(".attention.scale", 1 / MathF.Sqrt(scalar));
    }

    /// <summary>How token embeddings become one, as sentence-transformers directories say it.</summary>
    private static void Pooling(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        string file = Path.Combine(Path.GetDirectoryName(config.File)!, "1_Pooling", "config.json");
        if (!File.Exists(file))
            return;
        var pooling = HuggingFaceConfig.Read(file);
        if (pooling.Bool("pooling_mode_mean_tokens", false))
            metadata.Set(".pooling_type", 1);
        else if (pooling.Bool("pooling_mode_cls_token", false))
            metadata.Set(".pooling_type", 2);
        else if (pooling.Bool("pooling_mode_lasttoken", false))
            metadata.Set(".pooling_type", 3);
        else
            throw pooling.Error("pooling_mode", "only pooling by mean, first (cls) or last token is supported");
    }
}
