// Owns the naming of split GGUF models: which keys and which file names their parts have.
namespace Tern.Formats.Gguf;

/// <summary>The convention of split models (llama.cpp, <c>gguf-split</c>): <c>NAME-00001-of-00003.gguf</c>.</summary>
internal static class GgufSplit
{
    public const string NumberKey = "split.no";
    public const string CountKey = "split.count";
    public const string TensorCountKey = "split.tensors.count";

    /// <summary>How the name of the part with zero-based <paramref name="number"/> ends.</summary>
    public static string Suffix(int number, int count) => $"-{number + 1:D5}-of-{count:D5}.gguf";

    /// <summary>The path without the suffix of that part, or null when it does not end so.</summary>
    public static string? Prefix(string path, int number, int count)
    {
        string suffix = Suffix(number, count);
        return path.EndsWith(suffix, StringComparison.Ordinal) ? path[..^suffix.Length] : null;
    }
}
