// Owns the naming of split GGUF models: which keys and which file names their parts have.
namespace Tern.Formats.Gguf;

/// <summary>The convention of split models (llama.cpp, <c>gguf-split</c>): <c>NAME-00001-of-00003.gguf</c>.</summary>
internal static class GgufSplit
{
    public const string NumberKey = "split.no";
    public const string CountKey = "split.count";
    public const string TensorCountKey = "split.tensors.count";

    // Number and count of parts are UInt16 in the files.
    public const int MaxParts = ushort.MaxValue;

    /// <summary>Whether the key says how the file is split rather than anything about the model.</summary>
    public static bool IsSplitKey(string key) => key is NumberKey or CountKey or TensorCountKey;

    /// <summary>How the name of the part with zero-based <paramref name="number"/> ends.</summary>
    public static string Suffix(int number, int count) => $"-{number + 1:D5}-of-{count:D5}.gguf";

    /// <summary>The path without the suffix of that part, or null when it does not end so.</summary>
    public static string? Prefix(string path, int number, int count)
    {
        string suffix = Suffix(number, count);
        return path.EndsWith(suffix, StringComparison.Ordinal) ? path[..^suffix.Length] : null;
    }

    /// <summary>The paths of all parts of a model to be written to <paramref name="destination"/> (with or without .gguf).</summary>
    public static string[] PathsOf(string destination, int count)
    {
        const string Extension = ".gguf";
        string prefix = destination.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)
            ? destination[..^Extension.Length]
            : destination;
        return PathsWith(prefix, count);
    }

    /// <summary>The files that an opened model lies in: all parts of a split one, else what the user named.</summary>
    public static string[] FilesOf(ModelFile model)
    {
        int count = model.Metadata.GetInt(CountKey, 1);
        return count > 1 && Prefix(model.Path, 0, count) is { } prefix ? PathsWith(prefix, count) : [model.Path];
    }

    /// <summary>The first destination that is being read, or null: nobody may write over a source.</summary>
    public static string? FirstSource(IEnumerable<string> destinations, IEnumerable<string> sources)
    {
        var read = sources.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        return destinations.FirstOrDefault(path => read.Contains(Path.GetFullPath(path)));
    }

    private static string[] PathsWith(string prefix, int count) =>
        [.. Enumerable.Range(0, count).Select(number => prefix + Suffix(number, count))];
}
