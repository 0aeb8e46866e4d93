// Owns how config.json's rope scaling becomes metadata and factor tensors.
namespace Tern.Formats.HuggingFace;

/// <summary>Rope parameters: <c>rope_theta</c> with <c>rope_scaling</c>, or the newer <c>rope_parameters</c> holding both.</summary>
internal static class RopeScaling
{
    /// <summary>The scaling's section, or null.</summary>
    public static HuggingFaceConfig? Of(HuggingFaceConfig config)
    {
        var section = config.Section("rope_parameters") ?? config.Section("rope_scaling");
        return section?.Section("full_attention") ?? section;
    }

    public static void Write(HuggingFaceConfig config, MetadataBuilder metadata)
    {
        var scaling = Of(config);
        metadata.Set(
            ".rope.freq_base",
            config.OptionalFloat("rope_theta") ?? scaling?.OptionalFloat("rope_theta") ?? 10000
        );
        metadata.Set(
            ".rope.freq_base_swa",
            config.Section("rope_parameters")?.Section("sliding_attention")?.OptionalFloat("rope_theta")
        );
        switch (TypeOf(scaling))
        {
            case null or "default" or "llama3" or "longrope" or "su":
                return;
            case "linear":
                metadata.Set(".rope.scaling.type", "linear");
                metadata.Set(".rope.scaling.factor", scaling!.Float("factor"));
                return;
            case "yarn":
                WriteYarn(config, scaling!, metadata);
                return;
            case var other:
                throw config.Error(
                    "rope_scaling",
                    $"type '{other}' is not supported (known are linear, llama3, yarn, longrope)"
                );
        }
    }

    /// <summary>What each frequency of a Llama 3 model is divided by, or null for other scalings.</summary>
    public static float[]? Llama3Factors(HuggingFaceConfig config)
    {
        var scaling = Of(config);
        if (TypeOf(scaling) != "llama3")
            return null;
        int head = config.OptionalInt("head_dim") ?? config.Int("hidden_size") / config.Int("num_attention_heads");
        double theta = config.OptionalFloat("rope_theta") ?? scaling!.OptionalFloat("rope_theta") ?? 10000;
        double factor = scaling!.Float("factor");
        double low = scaling.Float("low_freq_factor");
        double high = scaling.Float("high_freq_factor");
        double context = scaling.Int("original_max_position_embeddings");
        if (factor <= 0 || low <= 0 || high <= low || context <= 0)
            throw config.Error("rope_scaling", "llama3 needs factor > 0, high_freq_factor > low_freq_factor > 0");
        var factors = new float[head / 2];
        for (int i = 0; i < factors.Length; i++)
        {
            double wavelength = 2 * Math.PI * Math.Pow(theta, 2.0 * i / head);
            if (wavelength < context / high)
            {
                factors[i] = 1;
            }
            else if (wavelength > context / low)
            {
                factors[i] = (float)factor;
            }
            else
            {
                double smooth = (context / wavelength - low) / (high - low);
                factors[i] = (float)(1 / ((1 - smooth) / factor + smooth));
            }
        }
        return factors;
    }

    /// <summary>Long and short factors of a Phi-3 model, or null for other scalings.</summary>
    public static (float[] Long, float[] Short)? LongRopeFactors(HuggingFaceConfig config)
    {
        var scaling = Of(config);
        if (TypeOf(scaling) is not ("longrope" or "su"))
            return null;
        return (
            scaling!.OptionalFloats("long_factor") ?? throw config.Error("rope_scaling", "long_factor is missing"),
            scaling.OptionalFloats("short_factor") ?? throw config.Error("rope_scaling", "short_factor is missing")
        );
    }

    /// <summary>LongRoPE's attention factor: √(1 + ln(s) / ln(original)), s the ratio of the contexts (arXiv:2402.13753).</summary>
    public static float LongRopeAttentionFactor(HuggingFaceConfig config, int original)
    {
        double scale = config.Int("max_position_embeddings") / (double)original;
        return scale <= 1 ? 1 : (float)Math.Sqrt(1 + Math.Log(scale) / Math.Log(original));
    }

    private static string? TypeOf(HuggingFaceConfig? scaling) =>
        scaling?.OptionalString("rope_type") ?? scaling?.OptionalString("type");

    private static void WriteYarn(HuggingFaceConfig config, HuggingFaceConfig scaling, MetadataBuilder metadata)
    {
        float factor = scaling.Float("factor");
        metadata.Set(".rope.scaling.type", "yarn");
        metadata.Set(".rope.scaling.factor", factor);
        metadata.Set(
            ".rope.scaling.original_context_length",
            scaling.OptionalInt("original_max_position_embeddings") ?? config.Int("max_position_embeddings")
        );
        metadata.Set(".rope.scaling.yarn_beta_fast", scaling.OptionalFloat("beta_fast"));
        metadata.Set(".rope.scaling.yarn_beta_slow", scaling.OptionalFloat("beta_slow"));
        // GGUF's factor comes on top of YaRN's own 1 + 0.1 ln(factor), which config.json includes.
        if (scaling.OptionalFloat("attention_factor") is { } attention)
        {
            double rest = attention / (1 + 0.1 * Math.Log(factor));
            metadata.Set(".rope.scaling.attn_factor", Math.Abs(rest - 1) < 1e-6 ? 1f : (float)rest);
        }
    }
}
