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
        var split = SplitOption.Create();
        var command = new Command("quantize", "Write a model in another mixture of element types.")
        {
            source,
            destination,
            type,
            split,
            json,
        };
        command.SetWork(
            (parsed, cancellation) =>
            {
                var fileType = FileTypeOption.Parse(parsed.GetRequiredValue(type));
                string from = parsed.GetRequiredValue(source);
                string to = parsed.GetRequiredValue(destination);
                if (Path.GetFullPath(from) == Path.GetFullPath(to))
                    throw new CommandLineException($"{to} is the source; write to another file");
                long? limit = SplitOption.BytesOf(parsed, split);
                var clock = Stopwatch.StartNew();
                using var model = ModelFile.Open(from);
                IReadOnlyList<string> files;
                using (var progress = new TensorProgress("quantizing"))
                {
                    try
                    {
                        files = Directory.Exists(from)
                            ? HuggingFaceConverter.Convert(from, to, fileType, progress, limit, cancellation)
                            : GgufQuantizer.Quantize(model, to, fileType, progress, limit, cancellation);
                    }
                    catch (ArgumentException e) when (e.ParamName == "destination")
                    {
                        throw new CommandLineException(e.Message, e); // only the plan shows which parts there will be
                    }
                }
                Print(model, files, fileType, clock.Elapsed, parsed.GetValue(json));
                return 0;
            }
        );
        return command;
    }

    private static void Print(ModelFile model, IReadOnlyList<string> files, GgufFileType type, TimeSpan time, bool json)
    {
        using var written = ModelFile.Open(files[0]);
        long before = model.Tensors.Values.Sum(tensor => tensor.ByteLength);
        long after = written.Tensors.Values.Sum(tensor => tensor.ByteLength);
        double bits = 8.0 * after / Math.Max(1, written.Tensors.Values.Sum(tensor => tensor.Elements));
        if (!json)
        {
            Console.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{files[0]}: {type}, {Printable.Bytes(before)} -> {Printable.Bytes(after)} of weights ({bits:F2} bits each) in {time.TotalSeconds:F1} s"
                )
            );
            return;
        }
        var report = new JsonObject
        {
            ["source"] = model.Path,
            ["destination"] = files[0],
            ["type"] = type.ToString(),
            ["weight_bytes_before"] = before,
            ["weight_bytes_after"] = after,
            ["file_bytes"] = files.Sum(file => new FileInfo(file).Length),
            ["files"] = files.Count,
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
