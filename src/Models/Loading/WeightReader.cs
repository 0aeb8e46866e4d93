// Owns the way from a tensor in the file to a weight of a layer: it must be there, have the shape that the
// hyperparameters ask for and a type that holds real numbers.
using Tern.Formats;
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Tensors;
using Tern.Tensors.Quantization;

namespace Tern.Models.Loading;

/// <summary>Reads the weights whose names start with a prefix: "" for the model's own, "blk.3." for a block's.</summary>
internal sealed class WeightReader
{
    private readonly ModelFile _file;
    private readonly string _prefix;
    private readonly LoadedWeights _loaded;

    public WeightReader(ModelFile file, Hyperparameters keys, IBackend backend)
        : this(file, keys, backend, new LoadedWeights(), "", layer: -1) { }

    private WeightReader(
        ModelFile file,
        Hyperparameters keys,
        IBackend backend,
        LoadedWeights loaded,
        string prefix,
        int layer
    )
    {
        _file = file;
        _prefix = prefix;
        Keys = keys;
        Backend = backend;
        _loaded = loaded;
        Layer = layer;
    }

    public Hyperparameters Keys { get; }

    public IBackend Backend { get; }

    /// <summary>All that was taken so far, for the network that will own it.</summary>
    public LoadedWeights Loaded => _loaded;

    /// <summary>The block, or -1.</summary>
    public int Layer { get; }

    /// <summary>Builds every block, first to last.</summary>
    public IBlock[] Blocks(Func<WeightReader, IBlock> build)
    {
        var blocks = new IBlock[Keys.LayerCount];
        for (int i = 0; i < blocks.Length; i++)
            blocks[i] = build(new WeightReader(_file, Keys, Backend, _loaded, $"blk.{i}.", i));
        return blocks;
    }

    public bool Contains(string name) => _file.Tensors.ContainsKey(_prefix + name);

    /// <summary>Whether the first of two tensors is there; refuses the file if neither is.</summary>
    public bool HasFirstOf(string first, string second)
    {
        if (Contains(first) || Contains(second))
            return Contains(first);
        throw Error(
            first,
            $"the tensor is missing, and so is {_prefix}{second}; {Keys.Architecture} needs one of them"
        );
    }

    /// <summary>Refuses the file unless the tensors are there: what is optional in general but not in this architecture.</summary>
    public void Require(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            Find(name);
    }

    /// <summary>A tensor of real numbers of exactly this shape, outermost first.</summary>
    public Tensor Tensor(string name, params ReadOnlySpan<long> shape)
    {
        var tensor = Find(name);
        if (!tensor.Shape.SequenceEqual(shape))
        {
            string expected = string.Join(", ", shape.ToArray());
            throw Error(name, $"has shape {Describe(tensor)}, expected [{expected}] (outermost dimension first)");
        }
        if (tensor.Rows > int.MaxValue || tensor.Columns > int.MaxValue)
            throw Error(name, $"has shape {Describe(tensor)}, which is more than {int.MaxValue} rows or columns");
        if (!tensor.Type.IsReal())
            throw Error(name, $"has type {tensor.Type}, expected a floating-point or quantized type");
        return tensor;
    }

    /// <summary>The token embedding: its width is checked, its rows are the vocabulary.</summary>
    public Tensor TokenEmbedding()
    {
        var tensor = Find("token_embd.weight");
        if (tensor.Shape.Length != 2 || tensor.Columns != Keys.EmbeddingLength || tensor.Rows < 1)
            throw Error(
                "token_embd.weight",
                $"has shape {Describe(tensor)}, expected [vocabulary, {Keys.EmbeddingLength}] (outermost dimension first)"
            );
        long rows = tensor.Rows;
        const string Tokens = "tokenizer.ggml.tokens";
        if (_file.Metadata.Contains(Tokens) && _file.Metadata.GetStrings(Tokens).Length is var tokens && tokens != rows)
            throw new ModelFormatException(
                _file.Path,
                Tokens,
                $"has {tokens} tokens, but token_embd.weight a vocabulary of {rows} rows; they must be equal"
            );
        return Tensor("token_embd.weight", rows, Keys.EmbeddingLength);
    }

    /// <summary>A matrix ready for products.</summary>
    public Weight Prepare(Tensor matrix)
    {
        var weight = Backend.Prepare(matrix);
        _loaded.Matrices.Add(weight);
        return weight;
    }

    /// <summary>A vector as floats.</summary>
    public float[] Vector(string name, int length) => _loaded.Copy(Tensor(name, length), 0, length);

    public float[]? OptionalVector(string name, int length) => Contains(name) ? Vector(name, length) : null;

    /// <summary>The first row of a table of rows as wide as the model, or null.</summary>
    public float[]? OptionalFirstRow(string name)
    {
        if (!Contains(name))
            return null;
        var table = Find(name);
        if (table.Rows < 1)
            throw Error(name, "has no rows");
        Tensor(name, table.Rows, Keys.EmbeddingLength);
        return _loaded.Copy(table.RowRange(name, 0, 1), 0, Keys.EmbeddingLength);
    }

    /// <summary>The matrix "NAME.weight" and, if there is one, the vector "NAME.bias".</summary>
    /// <remarks>Lengths are longs, so that products of what a file says need no check: no tensor has such a shape.</remarks>
    public Linear Linear(string name, long outputs, long inputs) => Fused(name, inputs, outputs)[0];

    /// <summary>One such matrix and vector cut into layers of so many outputs each.</summary>
    public Linear[] Fused(string name, long inputs, params ReadOnlySpan<long> outputs)
    {
        long total = 0;
        foreach (long count in outputs)
            total += count;
        var weight = Tensor(name + ".weight", total, inputs);
        var bias = Contains(name + ".bias") ? Tensor(name + ".bias", total) : null;
        var layers = new Linear[outputs.Length];
        long start = 0;
        for (int i = 0; i < layers.Length; i++)
        {
            int count = (int)outputs[i];
            var part = count == total ? weight : weight.RowRange($"{weight.Name}[{start}+{count}]", start, count);
            layers[i] = new Linear(Prepare(part), bias is null ? null : _loaded.Copy(bias, (int)start, count));
            start += count;
        }
        return layers;
    }

    public Norm RmsNorm(string name) => RmsNorm(name, Keys.EmbeddingLength);

    public Norm RmsNorm(string name, int length) => new(Vector(name + ".weight", length), Keys.RmsEpsilon);

    public Norm LayerNorm(string name) =>
        new(
            Vector(name + ".weight", Keys.EmbeddingLength),
            Vector(name + ".bias", Keys.EmbeddingLength),
            Keys.LayerNormEpsilon
        );

    /// <summary>All elements as floats; for small tensors.</summary>
    public static float[] Expand(Tensor tensor)
    {
        var values = new float[checked((int)tensor.Elements)];
        int columns = checked((int)tensor.Columns);
        for (int row = 0; row < tensor.Rows; row++)
            Dequantizer.Row(tensor.Type, tensor.Row(row), values.AsSpan(row * columns, columns));
        return values;
    }

    public ModelFormatException Error(string name, string problem) => new(_file.Path, _prefix + name, problem);

    public ModelConfig Config(bool isEncoder) =>
        new()
        {
            Architecture = Keys.Architecture,
            VocabularySize = (int)TokenEmbedding().Rows,
            EmbeddingLength = Keys.EmbeddingLength,
            LayerCount = Keys.LayerCount,
            HeadCount = Keys.HeadCount,
            KvHeadCount = Keys.KvHeadCount,
            TrainedContextLength = Keys.TrainedContextLength,
            ContextLength = Keys.ContextLength,
            IsEncoder = isEncoder,
            Pooling = isEncoder ? PoolingType() : Models.PoolingType.None,
            ParameterCount = _file.Tensors.Values.Sum(tensor => tensor.Elements),
        };

    private static string Describe(Tensor tensor) => $"[{string.Join(", ", tensor.Shape.ToArray())}]";

    private PoolingType PoolingType()
    {
        int number = Keys.NonNegative("pooling_type", (int)Models.PoolingType.None);
        return Enum.IsDefined((PoolingType)number)
            ? (PoolingType)number
            : throw Keys.Error("pooling_type", $"is {number}, expected 0 (none), 1 (mean), 2 (cls) or 3 (last)");
    }

    private Tensor Find(string name) =>
        _file.Tensors.TryGetValue(_prefix + name, out var tensor)
            ? tensor
            : throw Error(name, $"the tensor is missing; {Keys.Architecture} needs it");
}
