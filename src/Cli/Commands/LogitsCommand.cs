// Owns "tern logits": the raw numbers a model gives for tokens.
using System.CommandLine;
using Tern.Cli.Evaluation;
using Tern.Cli.Options;
using Tern.Cli.Terminal;

namespace Tern.Cli.Commands;

/// <summary>Writes logits (of an encoder: token embeddings) to a file.</summary>
internal static class LogitsCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "A .gguf file or a Hugging Face directory" };
        var tokens = EnvironmentOption.Create<string?>("--tokens", "Ids separated by commas, fed as they are", null);
        var all = EnvironmentOption.Create("--all-positions", "Write a row for every token, not only the last", false);
        var output = EnvironmentOption.Create<string?>(
            "--out",
            "File for float32 little-endian [positions, vocabulary]",
            null,
            "-o"
        );
        var threads = EnvironmentOption.Create<int?>(
            "--threads",
            "Worker threads; default: physical cores",
            null,
            "-t"
        );
        var numerics = NumericsOption.Create();
        var context = EnvironmentOption.Create<int?>(
            "--context",
            "Context length to load the model for; default: the model's",
            null,
            "-c"
        );
        var command = new Command("logits", "Write the logits that a model gives for tokens to a file.")
        {
            model,
            tokens,
            all,
            output,
            threads,
            numerics,
            context,
        };
        command.SetWork(
            (parsed, cancellation) =>
            {
                string list =
                    parsed.GetValue(tokens) ?? throw new CommandLineException("no tokens: give --tokens 1,2,3");
                string path =
                    parsed.GetValue(output) ?? throw new CommandLineException("no file to write: give --out FILE");
                string source = parsed.GetRequiredValue(model);
                using var status = new StatusLine($"loading {source}");
                using var network = OpenNetwork.Open(
                    source,
                    parsed.GetValue(threads),
                    parsed.GetValue(numerics),
                    parsed.GetValue(context)
                );
                int[] ids = TokenIds.Parse(list, network.Model.Config.VocabularySize);
                if (ids.Length == 0)
                    throw new CommandLineException("--tokens names no token");
                status.Update($"computing {ids.Length} tokens");
                var (rows, width) = LogitsFile.Write(network.Model, ids, parsed.GetValue(all), path, cancellation);
                Console.Out.WriteLine($"{path}: float32 [{rows}, {width}]");
                return 0;
            }
        );
        return command;
    }
}
