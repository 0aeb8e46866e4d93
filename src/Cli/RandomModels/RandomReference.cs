// Owns "random:SHAPE[:TYPE]" in place of a model's path: a model made on the spot, kept for the next time.
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Formats.Gguf;

namespace Tern.Cli.RandomModels;

/// <summary>Resolves references to models of random weights; every other path stays as it is.</summary>
internal static class RandomReference
{
    private const string Prefix = "random:";

    /// <summary>The file behind a path or reference, written first if it is not there yet.</summary>
    /// <exception cref="CommandLineException">The shape or the type is unknown.</exception>
    public static string Resolve(string path)
    {
        if (!path.StartsWith(Prefix, StringComparison.Ordinal))
            return path;
        string[] parts = path[Prefix.Length..].Split(':');
        if (parts.Length > 2)
            throw new CommandLineException($"'{path}' is no reference; it must be random:SHAPE or random:SHAPE:TYPE");
        var shape = ShapeCatalog.Find(parts[0]);
        var type = FileTypeOption.Parse(parts is [_, var name] ? name : nameof(GgufFileType.Q8_0));
        string folder = Path.Combine(Path.GetTempPath(), "tern-random");
        string file = Path.Combine(folder, $"{shape.Name}-{type}.gguf");
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(folder);
            using var model = new RandomModel(shape, seed: 1).Build();
            using var progress = new TensorProgress($"making {shape.Name} of random weights");
            GgufQuantizer.Quantize(model, file, type, progress);
        }
        return file;
    }
}
