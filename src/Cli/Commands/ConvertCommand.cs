// Owns "tern convert": a Hugging Face directory as one GGUF file.
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
        var command = new Command("convert", "Convert a Hugging Face directory to a GGUF file.")
        {
            source,
            destination,
            type,
        };
        command.SetAction(
            (parsed, cancellation) =>
            {
                string from = parsed.GetRequiredValue(source);
                string to = parsed.GetRequiredValue(destination);
                if (!Directory.Exists(from))
                    throw new CommandLineException($"{from} is no directory; convert takes a Hugging Face directory");
                string name = parsed.GetRequiredValue(type);
                using (var progress = new TensorProgress("converting"))
                    HuggingFaceConverter.Convert(
                        from,
                        to,
                        name == AsIs ? null : FileTypeOption.Parse(name),
                        progress,
                        cancellation
                    );
                using var written = ModelFile.Open(to);
                Console.Out.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{to}: {written.Metadata.GetString("general.architecture")}, {written.Tensors.Count} tensors, {Printable.Bytes(new FileInfo(to).Length)}"
                    )
                );
                return Task.FromResult(0);
            }
        );
        return command;
    }
}
