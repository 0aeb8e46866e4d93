// Owns "tern random": a model to measure speed with.
using System.CommandLine;
using System.Globalization;
using Tern.Cli.Options;
using Tern.Cli.RandomModels;
using Tern.Cli.Terminal;
using Tern.Formats.Gguf;

namespace Tern.Cli.Commands;

/// <summary>Writes a model of a published shape with random weights.</summary>
internal static class RandomCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var shape = new Argument<string>("SHAPE")
        {
            Description = $"One of {string.Join(", ", ShapeCatalog.All.Select(known => known.Name))}",
        };
        var destination = new Argument<string>("DEST") { Description = "The .gguf file to create or replace" };
        var type = EnvironmentOption.Create("--type", $"One of {FileTypeOption.Names}", nameof(GgufFileType.Q4_K_M));
        var seed = EnvironmentOption.Create("--seed", "The same seed gives the same weights", 1UL);
        var command = new Command("random", "Write a model of a published shape with random weights, for benchmarks.")
        {
            shape,
            destination,
            type,
            seed,
        };
        command.SetAction(
            (parsed, cancellation) =>
            {
                var fileType = FileTypeOption.Parse(parsed.GetRequiredValue(type));
                string path = parsed.GetRequiredValue(destination);
                using var model = new RandomModel(
                    ShapeCatalog.Find(parsed.GetRequiredValue(shape)),
                    parsed.GetValue(seed)
                ).Build();
                using (var progress = new TensorProgress("writing"))
                    GgufQuantizer.Quantize(model, path, fileType, progress, cancellation);
                long parameters = model.Tensors.Values.Sum(tensor => tensor.Elements);
                Console.Out.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{path}: {Printable.Count(parameters)} parameters, {fileType}, {Printable.Bytes(new FileInfo(path).Length)}"
                    )
                );
                return Task.FromResult(0);
            }
        );
        return command;
    }
}
