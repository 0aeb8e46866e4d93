// Owns where the cost curves of a model are kept: beside it, or in the user's cache where that folder may not be written.
using System.Security.Cryptography;
using System.Text;

namespace Tern.Engine.Calibration;

/// <summary>The cost curves kept for one model.</summary>
public sealed class CostStore
{
    private readonly string _beside;
    private readonly string _cached;

    /// <summary>Names the files; reads nothing.</summary>
    /// <param name="model">A GGUF file, the first file of a split one, or a Hugging Face directory.</param>
    /// <param name="cacheFolder">The folder for models whose own may not be written; null = the user's.</param>
    public CostStore(string model, string? cacheFolder = null)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(model));
        _beside = Directory.Exists(full) ? Path.Combine(full, "tern-costs.json") : $"{full}.tern-costs.json";
        // Models of one name in two folders are two models.
        var folder = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)))[..16];
        _cached = Path.Combine(
            cacheFolder ?? UserCache(),
            "tern",
            "costs",
            $"{Path.GetFileName(full)}-{folder}.tern-costs.json"
        );
    }

    /// <summary>The curves kept under a key and their file; null when there are none.</summary>
    /// <exception cref="CostFileException">A file is damaged.</exception>
    /// <exception cref="IOException">A file is there and cannot be read.</exception>
    public (CostCurves Curves, string File)? Find(CostKey key)
    {
        foreach (var file in (string[])[_beside, _cached])
        {
            if (File.Exists(file) && CostFile.Read(file).LastOrDefault(kept => kept.Key == key) is { } curves)
                return (curves, file);
        }
        return null;
    }

    /// <summary>
    /// Keeps curves beside the curves under other keys, and returns the file. What a damaged file held is lost, as are the curves of another
    /// model that had this name and of other versions.
    /// </summary>
    /// <exception cref="IOException">Neither file can be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Neither folder may be written.</exception>
    public string Keep(CostCurves curves)
    {
        try
        {
            Add(_beside, curves);
            return _beside;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_cached)!);
            Add(_cached, curves);
            return _cached;
        }
    }

    private static void Add(string file, CostCurves curves)
    {
        IReadOnlyList<CostCurves> kept = [];
        try
        {
            if (File.Exists(file))
                kept = CostFile.Read(file);
        }
        catch (CostFileException)
        {
            // Whoever asked for a measurement asked for a damaged file to be replaced (decision 0008).
        }
        CostFile.Write(
            file,
            [
                .. kept.Where(other =>
                    other.Key != curves.Key
                    && other.Key.Model == curves.Key.Model
                    && other.Key.Version == curves.Key.Version
                ),
                curves,
            ]
        );
    }

    private static string UserCache()
    {
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } configured)
            return configured;
        return OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
    }
}
