// Owns the file beside a model that keeps its matrices as the kernels want them, so that the next start need not pack them.
using System.Globalization;
using Tern.Formats;
using Tern.Formats.Safetensors;
using Tern.Kernels;
using Tern.Kernels.Cpu.Packed;
using Tern.Tensors;

namespace Tern.Engine.Loading;

/// <summary>
/// The packed weights of one model during one load. The file is safetensors: its reader checks every length against the
/// file before anything is used. A matrix is found by its name, type and shape, and by its number among those that share
/// them, as experts do; all are found only under the version of the layout and for the very model files. What the bytes say
/// is believed as those of the model are: neither have a checksum, and to read them all would take the time that this saves.
/// </summary>
internal sealed class PackedCache : IDisposable
{
    private const string VersionKey = "tern.packed.version";
    private const string SourceKey = "tern.packed.source";

    private readonly string _path;
    private readonly string _source;
    private readonly SafetensorsModel? _kept;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private string? _problem;
    private int _asked;
    private int _found;

    private PackedCache(string path, string source)
    {
        (_path, _source) = (path, source);
        if (!File.Exists(path))
            return;
        try
        {
            _kept = SafetensorsReader.Open(path);
        }
        catch (Exception error) when (error is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            _problem = error.Message;
            return;
        }
        _problem = Mismatch(VersionKey, Version) ?? Mismatch(SourceKey, source);
        if (_problem is null)
            return;
        _kept.Dispose();
        _kept = null;
    }

    private static string Version => PackedPanels.Version.ToString(CultureInfo.InvariantCulture);

    /// <summary>The file that keeps a model's packed weights.</summary>
    /// <param name="model">A GGUF file, the first file of a split one, or a Hugging Face directory.</param>
    public static string PathOf(string model)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(model));
        return Directory.Exists(full) ? Path.Combine(full, "model.tern-packed") : $"{full}.tern-packed";
    }

    /// <summary>Opens what is kept for the model; what is damaged or another's counts as nothing.</summary>
    public static PackedCache Open(ModelFile model) =>
        new(
            PathOf(model.Path),
            string.Join(
                "; ",
                model.Mappings.Select(file =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Path.GetFileName(file.Path)}, {file.Length} bytes, written {file.LastWriteUtc:O}"
                    )
                )
            )
        );

    /// <summary>The packed bytes of the next matrix; null where they are not kept. See <c>CpuBackend.Kept</c>.</summary>
    public Tensor? Find(Tensor matrix)
    {
        string name = NameOf(matrix, _numbers);
        _asked++;
        if (_kept is null)
            return null;
        if (!_kept.Entries.TryGetValue(name, out var entry))
        {
            _problem ??= $"{_path}: it has no '{name}'";
            return null;
        }
        long bytes = PackedPanels.BytesOf(matrix);
        if (entry.Type.DType != DType.I8 || entry.ByteLength != bytes || entry.Offset % PackedPanels.Alignment != 0)
        {
            _problem ??= $"{_path}: '{name}' is not {bytes} aligned bytes of I8";
            return null;
        }
        _found++;
        return _kept.GetTensor(name);
    }

    /// <summary>Ends the load: keeps the weights unless all were kept before.</summary>
    /// <param name="weights">All that were prepared, in order.</param>
    public PackedCacheReport Finish(IReadOnlyList<Weight> weights)
    {
        if (_asked == 0)
            return new($"Packed weights: none, so that nothing is kept in {_path}.", IsNews: false);
        if (_found == _asked)
            return new($"Packed weights: used in place from {_path}.", IsNews: false);
        string because = _problem is null ? "" : $", in place of what was there ({_problem})";
        try
        {
            Write(weights);
            return new($"Packed weights: kept in {_path} for the next start{because}.", IsNews: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // This start has its weights; the next one packs again.
            string old = _problem is null ? "" : $" What was there is of no use: {_problem}.";
            return new($"Packed weights: not kept, {_path} cannot be written: {error.Message}.{old}", IsNews: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _kept?.Dispose();

    private static string NameOf(Tensor matrix, Dictionary<string, int> numbers)
    {
        string name = matrix.ToString();
        int number = numbers[name] = numbers.GetValueOrDefault(name) + 1;
        return number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} #{number}");
    }

    private string? Mismatch(string key, string expected)
    {
        string? actual = _kept!.Metadata.GetValueOrDefault(key);
        return actual == expected ? null : $"{_path}: {key} is '{actual}', expected '{expected}'";
    }

    private void Write(IReadOnlyList<Weight> weights)
    {
        var tensors = new List<Tensor>(_asked);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var weight in weights)
            if (weight.Packed is { } packed)
                tensors.Add(packed.Reshape(NameOf(weight.Source, numbers), packed.Shape));
        SafetensorsWriter.Write(
            _path,
            tensors,
            new Dictionary<string, string>(StringComparer.Ordinal) { [VersionKey] = Version, [SourceKey] = _source }
        );
    }
}
