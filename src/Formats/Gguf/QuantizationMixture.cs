// Owns which element type each tensor of a quantized file gets.
using Tern.Tensors;

namespace Tern.Formats.Gguf;

/// <summary>
/// The choice of llama.cpp (src/llama-quant.cpp, <c>llama_tensor_get_type</c>) without an importance matrix: matrices
/// get the mixture's type, the sensitive ones more bits. Ask for every tensor once, in <see cref="Order"/>: some choices
/// count the tensors of their kind.
/// </summary>
internal sealed class QuantizationMixture
{
    private readonly GgufFileType _fileType;
    private readonly string _architecture;
    private readonly int _layers;
    private readonly int _experts;
    private readonly int _queriesPerKey;
    private readonly bool _tied;
    private readonly int _attentionValues;
    private int _attentionValue;
    private int _ffnDown;

    public QuantizationMixture(ModelFile model, GgufFileType fileType)
    {
        _fileType = fileType;
        _architecture = model.Metadata.GetString("general.architecture");
        _layers = model.Metadata.GetInt($"{_architecture}.block_count");
        _experts = model.Metadata.GetInt($"{_architecture}.expert_count", 0);
        _queriesPerKey = QueriesPerKey(model.Metadata, _architecture);
        _tied = !model.Tensors.ContainsKey("output.weight");
        _attentionValues = model.Tensors.Keys.Count(IsAttentionValue);
    }

    /// <summary>The order of layers, then of names: the order in which the choices count and the file is written.</summary>
    public static IEnumerable<Tensor> Order(ModelFile model) =>
        model.Tensors.Values.OrderBy(t => LayerOf(t.Name)).ThenBy(t => t.Name, StringComparer.Ordinal);

    /// <summary>The type of the next tensor.</summary>
    public DType TypeOf(Tensor tensor)
    {
        if (!IsQuantizable(tensor))
            return tensor.Type;
        var type = DefaultType(_fileType);
        return type.IsQuantized() ? Fit(tensor, Refine(tensor, type)) : type;
    }

    private static DType DefaultType(GgufFileType fileType) =>
        fileType switch
        {
            GgufFileType.F32 => DType.F32,
            GgufFileType.F16 => DType.F16,
            GgufFileType.BF16 => DType.BF16,
            GgufFileType.Q4_0 => DType.Q4_0,
            GgufFileType.Q4_1 => DType.Q4_1,
            GgufFileType.Q5_0 => DType.Q5_0,
            GgufFileType.Q5_1 => DType.Q5_1,
            GgufFileType.Q8_0 => DType.Q8_0,
            GgufFileType.Q2_K => DType.Q2_K,
            GgufFileType.Q3_K_S or GgufFileType.Q3_K_M or GgufFileType.Q3_K_L => DType.Q3_K,
            GgufFileType.Q4_K_S or GgufFileType.Q4_K_M => DType.Q4_K,
            GgufFileType.Q5_K_S or GgufFileType.Q5_K_M => DType.Q5_K,
            GgufFileType.Q6_K => DType.Q6_K,
            _ => throw new ArgumentOutOfRangeException(nameof(fileType), fileType, "not a file type to quantize to"),
        };

    private static bool IsQuantizable(Tensor tensor) =>
        tensor.Shape.Length >= 2
        && tensor.Type.IsReal()
        && tensor.Name.EndsWith("weight", StringComparison.Ordinal)
        && !tensor.Name.Contains("_norm.weight", StringComparison.Ordinal)
        && !tensor.Name.Contains("ffn_gate_inp.weight", StringComparison.Ordinal)
        && tensor.Name is not ("position_embd.weight" or "token_types.weight");

    private DType Refine(Tensor tensor, DType type)
    {
        string name = tensor.Name;
        if (name == "output.weight" || (_tied && name == "token_embd.weight"))
        {
            if (tensor.Columns % type.ElementsPerBlock() != 0)
                return DType.Q8_0;
            return type == DType.Q8_0 ? type : DType.Q6_K;
        }
        if (IsAttentionValue(name))
            return RefineAttentionValue(type);
        if (name.Contains("attn_k.weight", StringComparison.Ordinal))
            return _experts == 8 ? DType.Q8_0 : type;
        if (name.Contains("attn_output.weight", StringComparison.Ordinal))
            return RefineAttentionOutput(type);
        return name.Contains("ffn_down", StringComparison.Ordinal) ? RefineFfnDown(name, type) : type;
    }

    private DType RefineAttentionValue(DType type)
    {
        int index = _attentionValue++;
        type = _fileType switch
        {
            GgufFileType.Q2_K => _queriesPerKey >= 4 ? DType.Q4_K : DType.Q3_K,
            GgufFileType.Q3_K_M => index < 2 ? DType.Q5_K : DType.Q4_K,
            GgufFileType.Q3_K_L => DType.Q5_K,
            GgufFileType.Q4_K_M or GgufFileType.Q5_K_M when UsesMoreBits(index, _attentionValues) => DType.Q6_K,
            GgufFileType.Q4_K_S when index < 4 => DType.Q5_K,
            _ => type,
        };
        // In the 70B models eight query heads share one value head: more bits there cost next to nothing.
        bool is70B = _layers == 80 && _architecture is "llama" or "qwen2";
        if (is70B && type is DType.Q3_K or DType.Q4_K)
            type = DType.Q5_K;
        return _experts == 8 ? DType.Q8_0 : type;
    }

    private DType RefineAttentionOutput(DType type)
    {
        if (_experts == 8)
        {
            return
                _fileType
                    is GgufFileType.Q2_K
                        or GgufFileType.Q3_K_S
                        or GgufFileType.Q3_K_M
                        or GgufFileType.Q4_K_S
                        or GgufFileType.Q4_K_M
                ? DType.Q5_K
                : type;
        }
        return _fileType switch
        {
            GgufFileType.Q2_K => DType.Q3_K,
            GgufFileType.Q3_K_M => DType.Q4_K,
            GgufFileType.Q3_K_L => DType.Q5_K,
            _ => type,
        };
    }

    private DType RefineFfnDown(string name, DType type)
    {
        int counted = _ffnDown++;
        int layer = _experts > 1 ? LayerOf(name) : counted;
        return _fileType switch
        {
            GgufFileType.Q2_K => DType.Q3_K,
            GgufFileType.Q3_K_M => layer < _layers / 16 ? DType.Q5_K : DType.Q4_K,
            GgufFileType.Q3_K_L => DType.Q5_K,
            GgufFileType.Q4_K_M or GgufFileType.Q5_K_M when UsesMoreBits(layer, _layers) => DType.Q6_K,
            GgufFileType.Q4_K_S when layer < _layers / 8 => DType.Q5_K,
            _ => type,
        };
    }

    /// <summary>A type whose blocks divide the row, near in size to the one wanted.</summary>
    private static DType Fit(Tensor tensor, DType type)
    {
        if (tensor.Columns % type.ElementsPerBlock() == 0)
            return type;
        var smaller = type switch
        {
            DType.Q2_K or DType.Q3_K => DType.Q4_0,
            DType.Q4_K => DType.Q5_0,
            DType.Q5_K => DType.Q5_1,
            DType.Q6_K => DType.Q8_0,
            _ => DType.F16,
        };
        return tensor.Columns % smaller.ElementsPerBlock() == 0 ? smaller : DType.F16;
    }

    private static bool UsesMoreBits(int layer, int layers) =>
        layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;

    private static bool IsAttentionValue(string name) =>
        name.Contains("attn_v.weight", StringComparison.Ordinal)
        || name.Contains("attn_qkv.weight", StringComparison.Ordinal)
        || name.Contains("attn_kv_b.weight", StringComparison.Ordinal);

    private static int LayerOf(string name)
    {
        if (!name.StartsWith("blk.", StringComparison.Ordinal))
            return -1;
        int end = name.IndexOf('.', 4);
        return end > 0 && int.TryParse(name.AsSpan(4, end - 4), out int layer) ? layer : -1;
    }

    private static int QueriesPerKey(Metadata metadata, string architecture)
    {
        string heads = $"{architecture}.attention.head_count";
        string keys = $"{architecture}.attention.head_count_kv";
        int First(string key, int fallback) =>
            metadata.IsArray(key) ? metadata.GetInts(key).FirstOrDefault() : metadata.GetInt(key, fallback);
        int count = First(heads, 0);
        int shared = First(keys, count);
        return shared > 0 ? count / shared : 0;
    }
}
