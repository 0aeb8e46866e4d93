// Owns the names of mixtures as people type them.
using Tern.Formats.Gguf;

namespace Tern.Cli.Options;

/// <summary>Reads names of mixtures of element types.</summary>
internal static class FileTypeOption
{
    /// <summary>All names, for help and errors.</summary>
    public static string Names => string.Join(", ", Enum.GetNames<GgufFileType>());

    /// <summary>The mixture of a name; Q3_K, Q4_K and Q5_K stand for their medium mixtures.</summary>
    /// <exception cref="CommandLineException">There is no such mixture.</exception>
    public static GgufFileType Parse(string name)
    {
        string full = name.ToUpperInvariant() is "Q3_K" or "Q4_K" or "Q5_K" ? name + "_M" : name;
        return
            Enum.TryParse(full, ignoreCase: true, out GgufFileType type)
            && Enum.IsDefined(type)
            && !char.IsAsciiDigit(full[0])
            ? type
            : throw new CommandLineException($"'{name}' is no type to write; known are {Names}");
    }
}
