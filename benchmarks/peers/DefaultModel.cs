// Owns the model that is timed when none is named: a real shape with random weights, made once.
using Tern.Cli.RandomModels;
using Tern.Cli.Terminal;
using Tern.Formats.Gguf;
using Tern.Peers.LlamaCpp;

namespace Tern.Peers;

/// <summary>Makes the default model.</summary>
internal static class DefaultModel
{
    private const string Shape = "llama-3.2-1b";
    private const GgufFileType FileType = GgufFileType.Q4_0;

    /// <summary>The path of the model, which is made when it is missing: what "tern random" writes.</summary>
    public static string Path(CancellationToken cancellation)
    {
        string root =
            LlamaCppInstall.Above(AppContext.BaseDirectory, "Tern.slnx")
            ?? throw new LlamaCppException($"no Tern.slnx above {AppContext.BaseDirectory}; name a --model");
        string folder = System.IO.Path.Combine(root, "artifacts");
        string path = System.IO.Path.Combine(folder, $"random-{Shape}-{FileType}.gguf");
        if (File.Exists(path))
            return path;
        Console.Error.WriteLine($"making {path}");
        Directory.CreateDirectory(folder);
        using var model = new RandomModel(ShapeCatalog.Find(Shape), seed: 1).Build();
        using var progress = new TensorProgress("writing");
        GgufQuantizer.Quantize(model, path, FileType, progress, cancellation: cancellation);
        return path;
    }
}
