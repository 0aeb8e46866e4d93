// Owns "tern convert": a Hugging Face directory as one GGUF file or a split one.
using System.CommandLine;
using System.Globalization;
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Formats;
using Tern.Formats.HuggingFace;

namespace Tern.Cli.Commands;

/// <summary>Converts weights, metadata and tokenizer.</summary>
internal static class ConvertCommand
{
    private const string AsIs = "as-is";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var source = new Argument<string>("HF_DIR")
        {
            Description = "Directory with config.json, safetensors and tokenizer.json",
        };
        var destination = new Argument<string>("DEST") { Description = "The .gguf file to create or replace" };
        var type = EnvironmentOption.Create("--type", "F16, BF16, F32 (or a mixture, see quantize), or as-is", AsIs);
        var split = SplitOption.Create();
        var command = new Command("convert", "Convert a Hugging Face directory to a GGUF file.")
        {
            source,
            destination,
            type,
            split,
        };
        command.SetWork(
            (parsed, cancellation) =>
            {
                string from = parsed.GetRequiredValue(source);
                string to = parsed.GetRequiredValue(destination);
                if (!Directory.Exists(from))
                    throw new CommandLineException($"{from} is no directory; convert takes a Hugging Face directory");
                string name = parsed.GetRequiredValue(type);
                long? limit = SplitOption.BytesOf(parsed, split);
                IReadOnlyList<string> files;
                using (var progress = new TensorProgress("converting"))
                    files = HuggingFaceConverter.Convert(
                        from,
                        to,
                        name == AsIs ? null : FileTypeOption.Parse(name),
                        progress,
                        limit,
                        cancellation
                    );
                using var written = ModelFile.Open(files[0]);
                if (!written.Metadata.Contains("tokenizer.ggml.tokens"))
                    Console.Error.WriteLine(
                        $"tern: {from} has no tokenizer.json; {files[0]} takes token ids, not text"
                    );
                Console.Out.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{files[0]}: {written.Metadata.GetString("general.architecture")}, {written.Tensors.Count} tensors, {Printable.Bytes(files.Sum(file => new FileInfo(file).Length))}{(limit is null ? "" : $", files: {files.Count}")}"
                    )
                );
                return 0;
            }
        );
        return command;
    }
}
