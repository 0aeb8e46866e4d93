// Owns the tensors of a Hugging Face directory under GGUF names and in GGUF's layout.
using Tern.Formats.Safetensors;
using Tern.Tensors;

namespace Tern.Formats.HuggingFace;

/// <summary>Maps every stored tensor, or says which one it does not know.</summary>
internal sealed class HuggingFaceTensors
{
    private readonly SafetensorsModel _model;
    private readonly HuggingFaceConfig _config;
    private readonly HuggingFaceArchitecture _architecture;
    private readonly int _layers;
    private readonly OrderedDictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, SortedDictionary<int, Tensor>> _experts = new(StringComparer.Ordinal);

    private HuggingFaceTensors(SafetensorsModel model, HuggingFaceConfig config, HuggingFaceArchitecture architecture)
    {
        _model = model;
        _config = config;
        _architecture = architecture;
        _layers = config.Int("num_hidden_layers", "n_layer");
    }

    public static IReadOnlyDictionary<string, Tensor> Map(
        SafetensorsModel model,
        HuggingFaceConfig config,
        HuggingFaceArchitecture architecture
    )
    {
        var mapping = new HuggingFaceTensors(model, config, architecture);
        foreach (var entry in model.Entries.Values)
            mapping.Add(entry);
        mapping.StackExperts();
        mapping.AddRopeFactors();
        return mapping._tensors;
    }

    private void Add(SafetensorsEntry entry)
    {
        if (TensorNames.IsUnused(entry.Name))
            return;
        var (layer, rest) = TensorNames.Split(entry.Name);
        if (layer >= _layers && _architecture.Name == "deepseek2")
            return; // layers that predict further tokens, not part of the model proper
        if (layer >= _layers)
            throw Error(entry, $"is in layer {layer}, but config.json says {_layers} layers");
        if (rest == "lm_head.weight" && (_architecture.IsGemma || _config.Bool("tie_word_embeddings", false)))
            return; // the embedding again
        if (layer >= 0 && (AddSpecial(entry, layer, rest) || AddExpert(entry, layer, rest)))
            return;
        string name =
            TensorNames.Map(layer, rest, _architecture.Names)
            ?? throw Error(entry, $"is not a tensor known in architecture '{_architecture.Name}'");
        Add(entry, Arrange(name, entry, _model.GetTensor(entry.Name)));
    }

    private Tensor Arrange(string name, SafetensorsEntry entry, Tensor tensor)
    {
        int rank = tensor.Shape.Length;
        if (_architecture.TransposesMatrices && rank == 2 && name.StartsWith("blk.", StringComparison.Ordinal))
            return WeightTransforms.Transpose(name, tensor);
        if (_architecture.PairsRotaryHalves && PairedHeads(name) is { } heads)
        {
            long rows = rank == 1 ? tensor.Columns : tensor.Rows;
            if (heads == 0 || rows % heads != 0 || rows / heads % 2 != 0)
                throw Error(entry, $"has {rows} rows, no even share for each of {heads} heads");
            tensor = WeightTransforms.PairHalves(name, tensor, heads);
        }
        float plus = _architecture.IsGemma && name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0;
        return plus != 0 || (StaysF32(name, rank) && tensor.Type != DType.F32)
            ? WeightTransforms.ToF32(name, tensor, plus)
            : tensor.Reshape(name, tensor.Shape);
    }

    /// <summary>What GGUF files hold in F32 whatever the rest is (conversion in llama.cpp): vectors and small tables.</summary>
    private static bool StaysF32(string name, int rank) =>
        rank == 1
        || name.EndsWith("_norm.weight", StringComparison.Ordinal)
        || name.EndsWith("ffn_gate_inp.weight", StringComparison.Ordinal)
        || name is "position_embd.weight" or "token_types.weight";

    private int? PairedHeads(string name)
    {
        if (name.Contains(".attn_q.", StringComparison.Ordinal))
            return _config.Int("num_attention_heads");
        return name.Contains(".attn_k.", StringComparison.Ordinal)
            ? _config.OptionalInt("num_key_value_heads") ?? _config.Int("num_attention_heads")
            : null;
    }

    /// <summary>Tensors that are split, joined or repacked.</summary>
    private bool AddSpecial(SafetensorsEntry entry, int layer, string rest)
    {
        string block = $"blk.{layer}.";
        switch (rest)
        {
            case "self_attn.kv_b_proj.weight":
                SplitLatent(entry, block);
                return true;
            case "mlp.gate.e_score_correction_bias":
                Add(entry, WeightTransforms.ToF32(block + "exp_probs_b.bias", _model.GetTensor(entry.Name)));
                return true;
            case "self_attn.sinks":
                Add(entry, WeightTransforms.ToF32(block + "attn_sinks.weight", _model.GetTensor(entry.Name)));
                return true;
            case "mlp.experts.gate_up_proj_bias":
                var both = Matrix(entry, 2);
                Add(entry, WeightTransforms.EverySecondColumn(block + "ffn_gate_exps.bias", both, 0));
                Add(entry, WeightTransforms.EverySecondColumn(block + "ffn_up_exps.bias", both, 1));
                return true;
            case "mlp.experts.down_proj_bias":
                Add(entry, WeightTransforms.ToF32(block + "ffn_down_exps.bias", Matrix(entry, 2)));
                return true;
            case "mlp.experts.gate_up_proj_blocks":
                AddMxFp4(entry, block + "ffn_gate_exps.weight", 0, 2);
                AddMxFp4(entry, block + "ffn_up_exps.weight", 1, 2);
                return true;
            case "mlp.experts.down_proj_blocks":
                AddMxFp4(entry, block + "ffn_down_exps.weight", 0, 1);
                return true;
            case "mlp.experts.gate_up_proj_scales" or "mlp.experts.down_proj_scales":
                return true; // taken with their blocks
            default:
                return false;
        }
    }

    /// <summary>DeepSeek's joint up-projection of keys and values becomes two, the key's transposed to be absorbed.</summary>
    private void SplitLatent(SafetensorsEntry entry, string block)
    {
        var joint = _model.GetTensor(entry.Name);
        int heads = _config.Int("num_attention_heads");
        int key = _config.Int("qk_nope_head_dim");
        int value = _config.Int("v_head_dim");
        if (joint.Shape.Length != 2 || joint.Rows != (long)heads * ((long)key + value))
            throw Error(entry, $"has shape {joint}, expected {heads} heads of {key} + {value} rows");
        Add(entry, WeightTransforms.HeadRowsTransposed(block + "attn_k_b.weight", joint, heads, 0, key));
        Add(entry, WeightTransforms.HeadRows(block + "attn_v_b.weight", joint, heads, key, value));
    }

    private void AddMxFp4(SafetensorsEntry entry, string name, int start, int step)
    {
        string scalesName = entry.Name[..^"blocks".Length] + "scales";
        var blocks = _model.GetBytes(entry.Name);
        var scales = _model.GetBytes(scalesName);
        if (
            entry.Type.Bytes != 1
            || entry.Shape is not [_, _, _, 16]
            || entry.Shape[1] % step != 0
            || !scales.Shape.SequenceEqual(blocks.Shape[..^1])
        )
            throw Error(
                entry,
                $"and its scales have shapes {blocks} and {scales}, expected bytes [e, r, b, 16] and [e, r, b]"
            );
        Add(entry, WeightTransforms.MxFp4(name, blocks, scales, start, step));
    }

    private bool AddExpert(SafetensorsEntry entry, int layer, string rest)
    {
        string[] parts = rest.Split('.');
        if (parts is not [_, "experts", var number, var matrix, "weight"] || !int.TryParse(number, out int expert))
            return false;
        string? kind = matrix switch
        {
            "w1" or "gate_proj" => "gate",
            "w2" or "down_proj" => "down",
            "w3" or "up_proj" => "up",
            _ => null,
        };
        if (kind is null)
            return false;
        string name = $"blk.{layer}.ffn_{kind}_exps.weight";
        if (!_experts.TryGetValue(name, out var experts))
            _experts.Add(name, experts = []);
        if (!experts.TryAdd(expert, _model.GetTensor(entry.Name)))
            throw Error(entry, "two tensors become the same expert");
        return true;
    }

    private void StackExperts()
    {
        if (_experts.Count == 0)
            return;
        int count = _config.Int("num_local_experts", "num_experts", "n_routed_experts");
        foreach (var (name, experts) in _experts)
        {
            if (experts.Count != count || experts.Keys.Max() != count - 1)
                throw _config.Error(name, $"has {experts.Count} experts, but config.json says {count}");
            var first = experts[0];
            if (
                experts.Values.FirstOrDefault(e => e.Type != first.Type || !e.Shape.SequenceEqual(first.Shape)) is
                { } odd
            )
                throw _config.Error(name, $"experts differ: {first} and {odd}");
            _tensors.Add(name, WeightTransforms.Stack(name, [.. experts.Values]));
        }
    }

    private void AddRopeFactors()
    {
        if (RopeScaling.Llama3Factors(_config) is { } factors)
            AddFactors("rope_freqs.weight", factors);
        if (RopeScaling.LongRopeFactors(_config) is not { } pair)
            return;
        AddFactors("rope_factors_long.weight", pair.Long);
        AddFactors("rope_factors_short.weight", pair.Short);
    }

    private void AddFactors(string name, float[] factors) =>
        _tensors.Add(name, Tensor.FromValues(name, factors, factors.Length));

    private Tensor Matrix(SafetensorsEntry entry, int rank)
    {
        var tensor = _model.GetTensor(entry.Name);
        return tensor.Shape.Length == rank
            ? tensor
            : throw Error(entry, $"has shape {tensor}, expected {rank} dimensions");
    }

    private void Add(SafetensorsEntry entry, Tensor tensor)
    {
        if (tensor.Elements == 0)
            throw Error(entry, "the tensor is empty");
        if (!_tensors.TryAdd(tensor.Name, tensor))
            throw Error(entry, $"two tensors become '{tensor.Name}'");
    }

    private static ModelFormatException Error(SafetensorsEntry entry, string problem) =>
        new(entry.File, entry.Name, problem);
}
