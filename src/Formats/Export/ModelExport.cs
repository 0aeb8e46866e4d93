// Owns how weights in memory become a model that others load: a GGUF file or a Hugging Face directory.
using System.Runtime.InteropServices;
using System.Text;
using Tern.Formats.Gguf;
using Tern.Formats.HuggingFace;
using Tern.Formats.Safetensors;
using Tern.Tensors;
using Tern.Tensors.Quantization;

namespace Tern.Formats.Export;

/// <summary>
/// A decoder whose weights are in memory, to be looked at as an opened model or written. Both ways hold the same numbers: the
/// GGUF file is the one that converting the directory would give.
/// </summary>
public sealed class ModelExport
{
    private readonly string _name;
    private readonly DecoderShape _shape;
    private readonly List<Tensor> _weights = [];
    private readonly string _tokenizerJson;
    private readonly string _tokenizerConfigJson;
    private readonly MetadataBuilder _tokenizer;

    /// <summary>Checks that shape, weights and tokenizer belong together.</summary>
    /// <param name="name">Name of the model in metadata.</param>
    /// <param name="shape">Hyperparameters.</param>
    /// <param name="weights">By the names and in the layout of <see cref="DecoderShape.Tensors"/>, F32; shared, not copied.</param>
    /// <param name="tokenizerJson">Content of tokenizer.json.</param>
    /// <param name="tokenizerConfigJson">Content of tokenizer_config.json, with the roles of tokens and the chat template.</param>
    /// <exception cref="ArgumentException">
    /// A number of the shape makes no network; a tensor is missing, too many, or of another type or shape; a weight is not finite.
    /// </exception>
    /// <exception cref="ModelFormatException">The tokenizer is damaged, has no counterpart in GGUF, or more tokens than rows.</exception>
    public ModelExport(
        string name,
        DecoderShape shape,
        IReadOnlyDictionary<string, Tensor> weights,
        string tokenizerJson,
        string tokenizerConfigJson
    )
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(weights);
        shape.Check();
        _name = name;
        _shape = shape;
        foreach (var (tensorName, tensorShape) in shape.Tensors())
            _weights.Add(Checked(weights, tensorName, tensorShape));
        if (weights.Count != _weights.Count)
        {
            var known = _weights.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
            throw new ArgumentException(
                $"'{weights.Keys.First(key => !known.Contains(key))}' is no tensor of a {shape.Architecture} of this shape",
                nameof(weights)
            );
        }
        _tokenizerJson = tokenizerJson;
        _tokenizerConfigJson = tokenizerConfigJson;
        var files = TokenizerFiles.Parse(tokenizerJson, tokenizerConfigJson);
        _tokenizer = new MetadataBuilder(shape.Architecture);
        TokenizerMetadata.Write(files, shape.Vocabulary, _tokenizer);
    }

    /// <summary>The temperature that users are recommended; null for none.</summary>
    public float? Temperature { get; init; }

    /// <summary>The model as if it had been opened from a GGUF file. It shares the weights.</summary>
    public ModelFile View()
    {
        string path = $"memory:{_name}";
        var config = HuggingFaceConfig.Parse($"{path}/{HuggingFaceDirectory.ConfigName}", ConfigJson(DType.F32));
        var architecture = HuggingFaceArchitecture.Known[ConfigFiles.TypeOf(_shape.Architecture)];
        var metadata = new MetadataBuilder(architecture.Name);
        metadata.Set("general.architecture", architecture.Name);
        ArchitectureKeys.Common(config, metadata, _name, GgufFileType.F32);
        architecture.Keys(config, metadata);
        if (Temperature is { } temperature)
            metadata.Set("general.sampling.temp", temperature);
        foreach (var (key, value) in _tokenizer.Values)
            metadata.Values.Add(key, value);
        var tensors = new OrderedDictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var weight in _weights)
            tensors.Add(weight.Name, weight);
        return new ModelFile(path, new Metadata(path, metadata.Values), tensors, []);
    }

    /// <summary>Writes one GGUF file that needs nothing beside it.</summary>
    /// <param name="destination">The file to create or replace.</param>
    /// <param name="fileType">
    /// What the matrices become; norms stay F32, and a mixture gives the sensitive matrices more bits (see
    /// <see cref="GgufQuantizer.Plan"/>).
    /// </param>
    /// <param name="progress">Told before each tensor.</param>
    /// <param name="cancellation">Ends the work with nothing left behind.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public void WriteGguf(
        string destination,
        GgufFileType fileType,
        IProgress<GgufProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        using var view = View();
        GgufQuantizer.Quantize(view, destination, fileType, progress, maxBytesPerFile: null, cancellation);
    }

    /// <summary>Writes config.json, generation_config.json, model.safetensors and the tokenizer, all of them or none.</summary>
    /// <param name="directory">Created if it is not there; files of these names in it are replaced.</param>
    /// <param name="type">Element type of all tensors: F32, F16 or BF16.</param>
    /// <exception cref="ArgumentException">The type is another.</exception>
    /// <exception cref="IOException">
    /// The disk is full, the folder cannot be written, or it holds a file that would be read in place of one of these.
    /// </exception>
    public void WriteHuggingFace(string directory, DType type)
    {
        (string Name, Action<string> Write)[] files =
        [
            (HuggingFaceDirectory.ConfigName, Text(ConfigJson(type))),
            (HuggingFaceDirectory.GenerationConfigName, Text(ConfigFiles.Generation(_tokenizer.Values, Temperature))),
            (HuggingFaceDirectory.TokenizerName, Text(_tokenizerJson)),
            (HuggingFaceDirectory.TokenizerConfigName, Text(_tokenizerConfigJson)),
            (
                SafetensorsReader.SingleName,
                path =>
                    SafetensorsWriter.Write(
                        path,
                        [
                            .. _weights
                                .SelectMany(weight => PublishedTensors.Of(weight, _shape))
                                .Select(weight => Converted(weight, type)),
                        ],
                        new Dictionary<string, string> { ["format"] = "pt" }
                    )
            ),
        ];
        Directory.CreateDirectory(directory);
        foreach (
            string other in (ReadOnlySpan<string>)[SafetensorsReader.IndexName, HuggingFaceDirectory.ChatTemplateName]
        )
        {
            if (File.Exists(Path.Combine(directory, other)))
                throw new IOException(
                    $"{directory} holds {other}, which would be read instead; write to another directory"
                );
        }
        AtomicFileSet.Write(
            [.. files.Select(file => Path.Combine(directory, file.Name))],
            (index, path) => files[index].Write(path)
        );

        static Action<string> Text(string content) =>
            path =>
            {
                byte[] bytes = Encoding.UTF8.GetBytes(content);
                AtomicFile.Write(path, bytes.Length, stream => stream.Write(bytes));
            };
    }

    private string ConfigJson(DType type) => ConfigFiles.Model(_shape, type, _tokenizer.Values);

    private static Tensor Checked(IReadOnlyDictionary<string, Tensor> weights, string name, long[] shape)
    {
        string expected = $"expected {DType.F32} [{string.Join(", ", shape)}]";
        if (!weights.TryGetValue(name, out var tensor))
            throw new ArgumentException($"tensor '{name}' is missing; {expected}", nameof(weights));
        if (tensor.Type != DType.F32 || !tensor.Shape.SequenceEqual(shape))
            throw new ArgumentException($"tensor '{name}' is {tensor}; {expected}", nameof(weights));
        for (long row = 0; row < tensor.Rows; row++)
        {
            var values = MemoryMarshal.Cast<byte, float>(tensor.Row(row));
            for (int column = 0; column < values.Length; column++)
            {
                if (!float.IsFinite(values[column]))
                    throw new ArgumentException(
                        $"tensor '{name}' has {values[column]} in row {row}, column {column}; weights must be finite",
                        nameof(weights)
                    );
            }
        }
        return tensor.Reshape(name, shape);
    }

    private static SafetensorsTensor Converted(Tensor tensor, DType type) =>
        tensor.Type == type
            ? SafetensorsTensor.From(tensor)
            : new SafetensorsTensor(
                tensor.Name,
                SafetensorsType.Of(type),
                tensor.Shape.ToArray(),
                stream =>
                {
                    byte[] bytes = new byte[type.RowBytes(tensor.Columns)];
                    for (long row = 0; row < tensor.Rows; row++)
                    {
                        Quantizer.Row(type, MemoryMarshal.Cast<byte, float>(tensor.Row(row)), bytes);
                        stream.Write(bytes);
                    }
                    tensor.Release();
                }
            );
}
