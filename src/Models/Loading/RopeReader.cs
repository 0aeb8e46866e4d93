// Owns the reading of rotary position embedding: which scaling the file asks for and with which numbers.
using Tern.Kernels;
using Tern.Models.Layers;

namespace Tern.Models.Loading;

/// <summary>Builds the rotary embedding that the keys "rope.*" and the tensors "rope_*" describe.</summary>
internal static class RopeReader
{
    /// <summary>The model's rotary embedding, with the scaling the file asks for.</summary>
    public static RotaryEmbedding Read(WeightReader weights, RopeStyle style)
    {
        var keys = weights.Keys;
        int length = Length(keys, keys.KeyLength);
        var plain = Unscaled(weights, style, Base(keys));
        var factors = Factors(weights, length / 2);
        var frequencies = new float[length / 2];
        for (int i = 0; i < frequencies.Length; i++)
            frequencies[i] = plain.InverseFrequencies[i] / (factors is null ? 1 : factors[i]);

        float magnitude = keys.Positive("rope.scaling.attn_factor", 1);
        string type = keys.Text("rope.scaling.type", "linear");
        float factor = keys.Finite("rope.scaling.factor", keys.Finite("rope.scale_linear", 0));
        if (factor < 0)
            throw keys.Error("rope.scaling.factor", $"is {factor}, expected more than 0");
        factor = factor == 0 ? 1 : factor;
        switch (type)
        {
            case "none" or "longrope":
                break;
            case "linear":
                RopeScaling.Linear(frequencies, factor);
                break;
            case "yarn":
                var yarn = new YarnParameters(
                    factor,
                    OriginalContext(keys),
                    Base(keys),
                    keys.Positive("rope.scaling.yarn_beta_fast", 32),
                    keys.Positive("rope.scaling.yarn_beta_slow", 1)
                );
                RopeScaling.Yarn(frequencies, yarn);
                magnitude *= YarnMagnitude(keys, factor);
                break;
            default:
                throw keys.Error("rope.scaling.type", $"is '{type}', expected none, linear, yarn or longrope");
        }
        return new RotaryEmbedding(frequencies, magnitude, style);
    }

    /// <summary>A rotary embedding without scaling, for layers that keep to a window.</summary>
    public static RotaryEmbedding Unscaled(WeightReader weights, RopeStyle style, float frequencyBase) =>
        new(RopeScaling.Plain(Length(weights.Keys, weights.Keys.KeyLength), frequencyBase), 1, style);

    /// <summary>The base of the layers that keep to a window.</summary>
    public static float SlidingBase(Hyperparameters keys, float fallback) =>
        keys.Positive("rope.freq_base_swa", fallback);

    public static float Base(Hyperparameters keys) => keys.Positive("rope.freq_base", 10_000);

    /// <summary>Elements of a head that are rotated.</summary>
    public static int Length(Hyperparameters keys, int headLength)
    {
        int length = keys.Count("rope.dimension_count", headLength);
        return length <= headLength && length % 2 == 0
            ? length
            : throw keys.Error(
                "rope.dimension_count",
                $"rope dimension {length} must be even and at most the head's {headLength}"
            );
    }

    private static int OriginalContext(Hyperparameters keys) =>
        keys.Count("rope.scaling.original_context_length", keys.TrainedContextLength);

    /// <summary>
    /// Divisors of the frequencies: Llama 3's from a tensor, or one of the two lists of LongRoPE (arXiv 2402.13753). Which
    /// of the two depends on the length a sequence may have, never on the length it has, or cached keys would not fit.
    /// </summary>
    private static float[]? Factors(WeightReader weights, int pairs)
    {
        if (weights.Contains("rope_freqs.weight"))
            return Divisors(weights, "rope_freqs.weight", pairs);
        if (!weights.Contains("rope_factors_long.weight") && !weights.Contains("rope_factors_short.weight"))
            return null;
        bool extended = weights.Keys.ContextLength > OriginalContext(weights.Keys);
        return Divisors(weights, extended ? "rope_factors_long.weight" : "rope_factors_short.weight", pairs);
    }

    private static float[] Divisors(WeightReader weights, string name, int pairs)
    {
        var values = weights.Loaded.Derive(weights.Tensor(name, pairs));
        foreach (float value in values)
        {
            if (!float.IsFinite(value) || value == 0)
                throw weights.Error(name, $"contains {value}, expected finite numbers other than 0");
        }
        return values;
    }

    /// <summary>
    /// YaRN's factor on queries and keys (arXiv 2309.00071 §3.4): 0.1·ln(factor) + 1. Files of DeepSeek models name a
    /// multiplier of the logarithm; there the factor moves into the attention scale and cancels here.
    /// </summary>
    private static float YarnMagnitude(Hyperparameters keys, float factor)
    {
        float multiplier = keys.Finite("rope.scaling.yarn_log_multiplier", 0);
        if (keys.Architecture == "deepseek2" && multiplier != 0)
            return 1;
        float magnitude = RopeScaling.YarnMagnitude(factor, 1);
        return multiplier == 0 ? magnitude : magnitude / RopeScaling.YarnMagnitude(factor, multiplier);
    }
}
