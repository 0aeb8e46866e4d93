// Owns which of a repository's files a user means.
using System.Globalization;
using System.Text.RegularExpressions;
using Tern.Cli.Terminal;

namespace Tern.Cli.Hub;

/// <summary>Chooses a model, which may be split into several files.</summary>
internal static partial class QuantSelection
{
    /// <summary>The mixture taken when none is named.</summary>
    public const string Default = "Q4_K_M";

    /// <summary>The files of the one model that fits, in order.</summary>
    /// <param name="files">All files of the repository.</param>
    /// <param name="reference">What the user asked for.</param>
    /// <exception cref="HubException">None or several fit; the message lists what there is.</exception>
    public static IReadOnlyList<HubFile> Choose(IReadOnlyList<HubFile> files, HubReference reference)
    {
        var models = files
            .Where(file => IsModel(file.Path))
            .GroupBy(file => SplitSuffix().Replace(file.Path, ""), StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToList();
        if (models.Count == 0)
            throw new HubException($"{reference.Repository} has no .gguf file among its {files.Count} files");
        var fitting = models.Where(model => Fits(model.Key, reference.Quant ?? Default)).ToList();
        if (fitting.Count == 0 && reference.Quant is null && models.Count == 1)
            fitting = models;
        if (fitting.Count != 1)
        {
            string problem = fitting.Count > 1 ? $"{fitting.Count} models fit" : "no model fits";
            string list = string.Join(
                ", ",
                (fitting.Count > 1 ? fitting : models).Select(model => Printable.Text(model.Key))
            );
            throw new HubException(
                $"{problem} '{reference.Quant ?? Default}' in {reference.Repository}; there are: {list}. Name one as owner/repo:quant"
            );
        }
        HubFile[] parts = [.. fitting[0].OrderBy(file => file.Path, StringComparer.Ordinal)];
        CheckComplete(parts);
        return parts;
    }

    // Projectors of vision models lie beside the models they belong to.
    private static bool IsModel(string path) =>
        path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)
        && !path.Contains("mmproj", StringComparison.OrdinalIgnoreCase);

    private static bool Fits(string name, string quant) =>
        Regex.IsMatch(
            name,
            $@"(^|[-._/]){Regex.Escape(quant)}([-./]|$)",
            RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1)
        );

    private static void CheckComplete(HubFile[] parts)
    {
        var split = SplitSuffix().Match(parts[0].Path);
        int count = split.Success ? int.Parse(split.Groups["count"].Value, CultureInfo.InvariantCulture) : 1;
        if (parts.Length != count)
            throw new HubException(
                $"{Printable.Text(parts[0].Path)} is split into {count} files, but {parts.Length} are listed"
            );
    }

    [GeneratedRegex(
        @"-(?<part>[0-9]{5})-of-(?<count>[0-9]{5})(?=\.gguf\z)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex SplitSuffix();
}
