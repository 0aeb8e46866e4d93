// Owns "tern inspect": what is in a model file.
using System.CommandLine;
using Tern.Cli.Inspection;
using Tern.Cli.Options;
using Tern.Formats;

namespace Tern.Cli.Commands;

/// <summary>Prints metadata and tensors.</summary>
internal static class InspectCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var model = new Argument<string>("MODEL")
        {
            Description = "A .gguf file, the first file of a split one, or a Hugging Face directory",
        };
        var json = EnvironmentOption.Create("--json", "Print one JSON object", false);
        var full = EnvironmentOption.Create("--full", "With --json: write long arrays (vocabularies) out", false);
        var command = new Command("inspect", "Print the metadata and tensors of a model.") { model, json, full };
        command.SetAction(parsed =>
        {
            using var file = ModelFile.Open(parsed.GetRequiredValue(model));
            var report = new ModelReport(file);
            if (parsed.GetValue(json))
                Console.Out.WriteLine(report.Json(parsed.GetValue(full)));
            else
                report.WriteText(Console.Out);
            return 0;
        });
        return command;
    }
}
