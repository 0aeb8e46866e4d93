// Owns the numbers of a model file: every one is checked before anything is sized or divided by it.
using Tern.Formats;

namespace Tern.Models.Loading;

/// <summary>
/// Typed, range-checked access to the keys "ARCHITECTURE.name" of a model file, and the numbers that all architectures
/// share. What sizes memory is bounded here or by the shape of a tensor that is in the file.
/// </summary>
internal sealed class Hyperparameters
{
    /// <summary>No published model comes near; it keeps a hostile head length from sizing anything.</summary>
    private const int MaxHeadLength = 65_536;

    private readonly ModelFile _file;

    /// <exception cref="ModelFormatException">A key is missing or its value cannot be right.</exception>
    public Hyperparameters(ModelFile file, int? contextLength)
    {
        _file = file;
        Architecture = file.Metadata.GetString("general.architecture");
        EmbeddingLength = Count("embedding_length");
        LayerCount = Count("block_count");
        if (LayerCount > file.Tensors.Count)
            throw Error("block_count", $"is {LayerCount}, but the file has only {file.Tensors.Count} tensors");
        TrainedContextLength = Count("context_length");
        ContextLength = Math.Min(contextLength ?? TrainedContextLength, TrainedContextLength);
        HeadCount = Count("attention.head_count");
        KvHeadCount = Count("attention.head_count_kv", HeadCount);
        if (KvHeadCount > HeadCount || HeadCount % KvHeadCount != 0)
            throw Error("attention.head_count_kv", $"is {KvHeadCount}, which does not divide the {HeadCount} heads");
        if (!Contains("attention.key_length") && EmbeddingLength % HeadCount != 0)
            throw Error("attention.head_count", $"is {HeadCount}, which does not divide the width {EmbeddingLength}");
        KeyLength = HeadLength("attention.key_length", EmbeddingLength / HeadCount);
        ValueLength = HeadLength("attention.value_length", EmbeddingLength / HeadCount);
    }

    public string Architecture { get; }

    public int EmbeddingLength { get; }

    public int LayerCount { get; }

    public int TrainedContextLength { get; }

    public int ContextLength { get; }

    public int HeadCount { get; }

    public int KvHeadCount { get; }

    /// <summary>Elements of a head's query and key.</summary>
    public int KeyLength { get; }

    /// <summary>Elements of a head's value.</summary>
    public int ValueLength { get; }

    public int FeedForwardLength => Count("feed_forward_length");

    public int ExpertCount => Contains("expert_count") ? NonNegative("expert_count") : 0;

    /// <summary>Tokens of a sliding window, or 0 for none.</summary>
    public int SlidingWindow => NonNegative("attention.sliding_window", 0);

    public float RmsEpsilon => Epsilon("attention.layer_norm_rms_epsilon");

    public float LayerNormEpsilon => Epsilon("attention.layer_norm_epsilon");

    /// <summary>1/√(key length) unless the file says otherwise.</summary>
    public float AttentionScale
    {
        get
        {
            float scale = Finite("attention.scale", 0);
            return scale == 0 ? 1 / MathF.Sqrt(KeyLength) : scale;
        }
    }

    public bool Contains(string key) => _file.Metadata.Contains(Full(key));

    /// <summary>A number of things, at least one.</summary>
    public int Count(string key, int? fallback = null)
    {
        if (fallback is int absent && !Contains(key))
            return absent;
        int value = _file.Metadata.GetInt(Full(key));
        return value > 0 ? value : throw Error(key, $"is {value}, expected at least 1");
    }

    /// <summary>A number of things, possibly none.</summary>
    public int NonNegative(string key, int? fallback = null)
    {
        if (fallback is int absent && !Contains(key))
            return absent;
        int value = _file.Metadata.GetInt(Full(key));
        return value >= 0 ? value : throw Error(key, $"is {value}, expected 0 or more");
    }

    /// <summary>The length of a head's vector.</summary>
    public int HeadLength(string key, int? fallback = null)
    {
        int value = Count(key, fallback);
        return value is > 0 and <= MaxHeadLength
            ? value
            : throw Error(key, $"a head of {value} elements is not between 1 and {MaxHeadLength}");
    }

    /// <summary>A number that is neither infinite nor NaN.</summary>
    public float Finite(string key, float fallback)
    {
        float value = _file.Metadata.GetFloat(Full(key), fallback);
        return float.IsFinite(value) ? value : throw Error(key, $"is {value}, expected a finite number");
    }

    /// <summary>A finite number above 0.</summary>
    public float Positive(string key, float fallback)
    {
        float value = Finite(key, fallback);
        return value > 0 ? value : throw Error(key, $"is {value}, expected more than 0");
    }

    /// <summary>A finite factor; 1 where the file has none or 0.</summary>
    public float Factor(string key) => Finite(key, 0) is var factor && factor != 0 ? factor : 1;

    public bool Flag(string key, bool fallback) => _file.Metadata.GetBool(Full(key), fallback);

    public string Text(string key, string fallback) => _file.Metadata.GetString(Full(key), fallback);

    /// <summary>
    /// Whether a layer looks through the sliding window: the pattern is a list with an entry a layer, or a period of
    /// which all layers but the last slide.
    /// </summary>
    public bool IsSliding(int layer, int period)
    {
        const string Key = "attention.sliding_window_pattern";
        if (_file.Metadata.IsArray(Full(Key)))
        {
            if (_file.Metadata.Values[Full(Key)] is not bool[] pattern || pattern.Length != LayerCount)
                throw Error(Key, $"expected a number or {LayerCount} truth values, one a layer");
            return pattern[layer];
        }
        period = Count(Key, period);
        return layer % period < period - 1;
    }

    public ModelFormatException Error(string key, string problem) => new(_file.Path, Full(key), problem);

    private string Full(string key) => $"{Architecture}.{key}";

    private float Epsilon(string key)
    {
        float value = _file.Metadata.GetFloat(Full(key));
        return float.IsFinite(value) && value >= 0
            ? value
            : throw Error(key, $"epsilon is {value}, expected a finite number of 0 or more");
    }
}
