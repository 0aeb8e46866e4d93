// Owns the opening of safetensors: a file, or a directory with one file or shards named by an index.
using System.Text.Json;
using Tern.Tensors.Memory;

namespace Tern.Formats.Safetensors;

/// <summary>Opens safetensors files memory-mapped; nothing of the tensor data is read.</summary>
public static class SafetensorsReader
{
    internal const string SingleName = "model.safetensors";
    internal const string IndexName = "model.safetensors.index.json";
    private const long MaxIndexBytes = 100_000_000;

    /// <summary>Opens a .safetensors file, an index file, or a directory holding either under its usual name.</summary>
    /// <exception cref="ModelFormatException">A file is damaged, or a shard is missing or not a plain name.</exception>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    public static SafetensorsModel Open(string path)
    {
        if (Directory.Exists(path))
        {
            string index = Path.Combine(path, IndexName);
            string single = Path.Combine(path, SingleName);
            if (File.Exists(index))
                return OpenShards(index);
            return File.Exists(single)
                ? OpenFiles(path, [single], map: null)
                : throw new FileNotFoundException($"{path} holds neither {SingleName} nor {IndexName}", single);
        }
        if (!File.Exists(path))
            throw new FileNotFoundException($"there is no file {path}", path);
        return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? OpenShards(path)
            : OpenFiles(path, [path], map: null);
    }

    private static SafetensorsModel OpenShards(string index)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(index))!;
        var map = ReadIndex(index);
        var shards = map.Values.Distinct(StringComparer.Ordinal).Select(s => Path.Combine(folder, s)).ToList();
        foreach (string shard in shards)
        {
            if (!File.Exists(shard))
                throw new ModelFormatException(index, "weight_map", $"the shard file {shard} is missing");
        }
        var model = OpenFiles(index, shards, map);
        foreach (var (name, shard) in map)
        {
            if (model.Entries.ContainsKey(name))
                continue;
            model.Dispose();
            throw new ModelFormatException(index, "weight_map", $"tensor '{name}' is missing from shard {shard}");
        }
        return model;
    }

    private static SafetensorsModel OpenFiles(
        string path,
        IReadOnlyList<string> paths,
        OrderedDictionary<string, string>? map
    )
    {
        var files = new Dictionary<string, MappedFile>(StringComparer.Ordinal);
        var entries = new OrderedDictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        IReadOnlyDictionary<string, string>? metadata = null;
        try
        {
            foreach (string file in paths)
            {
                var mapping = MappedFile.Open(file);
                files.Add(file, mapping);
                var header = SafetensorsHeader.Parse(mapping);
                metadata ??= header.Metadata;
                foreach (var (name, entry) in header.Entries)
                {
                    if (map is not null && map.TryGetValue(name, out string? shard) && shard != Path.GetFileName(file))
                        throw new ModelFormatException(file, name, $"the index says this tensor is in shard {shard}");
                    if (!entries.TryAdd(name, entry))
                        throw new ModelFormatException(file, name, "duplicate tensor name: another shard has it too");
                }
            }
            return new SafetensorsModel(path, files, entries, metadata ?? new Dictionary<string, string>());
        }
        catch
        {
            foreach (var file in files.Values)
                file.Dispose();
            throw;
        }
    }

    private static OrderedDictionary<string, string> ReadIndex(string path)
    {
        long length = new FileInfo(path).Length;
        if (length > MaxIndexBytes)
            throw new ModelFormatException(
                path,
                "index",
                $"the file of {length} bytes exceeds the limit of {MaxIndexBytes}"
            );
        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(path),
                new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false }
            );
            if (
                document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("weight_map", out var weights)
                || weights.ValueKind != JsonValueKind.Object
            )
            {
                throw new ModelFormatException(path, "weight_map", "the index has no object of that name");
            }
            var map = new OrderedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var property in weights.EnumerateObject())
            {
                if (property.Value.ValueKind != JsonValueKind.String)
                    throw new ModelFormatException(path, "weight_map", $"the shard of '{property.Name}' is no string");
                map.Add(property.Name, CheckShardName(path, property.Value.GetString()!));
            }
            return map;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelFormatException(path, "index", $"the file is not the JSON expected: {e.Message}", e);
        }
    }

    /// <summary>A shard lies beside its index: anything that could leave the directory is refused unopened.</summary>
    private static string CheckShardName(string path, string name)
    {
        if (name.Length > 0 && name is not ("." or "..") && name.AsSpan().IndexOfAny("/\\:\0") < 0)
            return name;
        throw new ModelFormatException(
            path,
            "weight_map",
            $"shard name '{name}' is invalid: it must be a plain file name in the same directory, not a path outside"
        );
    }
}
