// Owns the models that are compared when none is named: real shapes with random weights, made once.
using Tern.Cli.RandomModels;
using Tern.Cli.Terminal;
using Tern.Formats.Gguf;
using Tern.Peers.LlamaCpp;

namespace Tern.Peers;

/// <summary>Random models under the checkout's artifacts folder.</summary>
internal static class RandomModels
{
    /// <summary>Where models and results lie.</summary>
    /// <exception cref="LlamaCppException">The program does not run from a checkout.</exception>
    public static string Folder()
    {
        string root =
            LlamaCppInstall.Above(AppContext.BaseDirectory, "Tern.slnx")
            ?? throw new LlamaCppException($"no Tern.slnx above {AppContext.BaseDirectory}; name a --model");
        return Directory.CreateDirectory(Path.Combine(root, "artifacts")).FullName;
    }

    /// <summary>A known shape, cut to its first layers where they are given.</summary>
    public static ModelShape Shape(string name, int? layers)
    {
        var shape = ShapeCatalog.Find(name);
        return layers is null ? shape : shape with { Layers = layers.Value, Name = $"{shape.Name}-{layers}-layers" };
    }

    /// <summary>The model of a shape and type, written first when it is missing: what "tern random" writes.</summary>
    public static ComparedModel Get(ModelShape shape, GgufFileType type, CancellationToken cancellation)
    {
        string path = Path.Combine(Folder(), $"random-{shape.Name}-{type}.gguf");
        if (!File.Exists(path))
        {
            Console.Error.WriteLine($"making {path}");
            using var model = new RandomModel(shape, seed: 1).Build();
            using var progress = new TensorProgress("writing");
            GgufQuantizer.Quantize(model, path, type, progress, cancellation: cancellation);
        }
        return new ComparedModel(shape.Name, type.ToString(), path);
    }
}
