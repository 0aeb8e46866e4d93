// Owns "tern quantize": a model written again in another mixture of element types.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Formats;
using Tern.Formats.Gguf;
using Tern.Formats.HuggingFace;

namespace Tern.Cli.Commands;

/// <summary>Quantizes a model.</summary>
internal static class QuantizeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var source = new Argument<string>("SOURCE") { Description = "A .gguf file or a Hugging Face directory" };
        var destination = new Argument<string>("DEST") { Description = "The .gguf file to create or replace" };
        var type = new Argument<string>("TYPE") { Description = $"One of {FileTypeOption.Names}" };
        var json = EnvironmentOption.Create("--json", "Print one JSON object", false);
        var command = new Command("quantize", "Write a model in another mixture of element types.")
        {
            source,
            destination,
            type,
            json,
        };
        command.SetAction(
            (parsed, cancellation) =>
            {
                var fileType = FileTypeOption.Parse(parsed.GetRequiredValue(type));
                string from = parsed.GetRequiredValue(source);
                string to = parsed.GetRequiredValue(destination);
                if (Path.GetFullPath(from) == Path.GetFullPath(to))
                    throw new CommandLineException($"{to} is the source; write to another file");
                var clock = Stopwatch.StartNew();
                using var model = ModelFile.Open(from);
                using (var progress = new TensorProgress("quantizing"))
                {
                    if (Directory.Exists(from))
                        HuggingFaceConverter.Convert(from, to, fileType, progress, cancellation);
                    else
                        GgufQuantizer.Quantize(model, to, fileType, progress, cancellation);
                }
                Print(model, to, fileType, clock.Elapsed, parsed.GetValue(json));
                return Task.FromResult(0);
            }
        );
        return command;
    }

    private static void Print(ModelFile model, string destination, GgufFileType type, TimeSpan time, bool json)
    {
        using var written = ModelFile.Open(destination);
        long before = model.Tensors.Values.Sum(tensor => tensor.ByteLength);
        long after = written.Tensors.Values.Sum(tensor => tensor.ByteLength);
        double bits = 8.0 * after / Math.Max(1, written.Tensors.Values.Sum(tensor => tensor.Elements));
        if (!json)
        {
            Console.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{destination}: {type}, {Printable.Bytes(before)} -> {Printable.Bytes(after)} of weights ({bits:F2} bits each) in {time.TotalSeconds:F1} s"
                )
            );
            return;
        }
        var report = new JsonObject
        {
            ["source"] = model.Path,
            ["destination"] = destination,
            ["type"] = type.ToString(),
            ["weight_bytes_before"] = before,
            ["weight_bytes_after"] = after,
            ["file_bytes"] = new FileInfo(destination).Length,
            ["bits_per_weight"] = bits,
            ["seconds"] = time.TotalSeconds,
            ["tensors"] = new JsonArray([
                .. written.Tensors.Values.Select(tensor => new JsonObject
                {
                    ["name"] = tensor.Name,
                    ["from"] = model.Tensors[tensor.Name].Type.ToString(),
                    ["to"] = tensor.Type.ToString(),
                }),
            ]),
        };
        Console.Out.WriteLine(report.ToJsonString());
    }
}
