// Owns "tern train": a model from a configuration.
using System.CommandLine;
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Formats.Gguf;
using Tern.Kernels.Cpu;
using Tern.Tensors;
using Tern.Training.Builtin;
using Tern.Training.Corpus;
using Tern.Training.Export;
using Tern.Training.Runs;

namespace Tern.Cli.Commands;

/// <summary>Trains a model from scratch, resumes, exports.</summary>
internal static class TrainCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var source = new Argument<string>("CONFIG")
        {
            Description = $"A JSON configuration, or '{BuiltinConfig.Name}' for the model that ships with Tern",
        };
        var output = EnvironmentOption.Create<string?>("--out", "Folder of the run; default: runs/NAME", null, "-o");
        var threads = EnvironmentOption.Create<int?>("--threads", "Threads; default: physical cores", null);
        var type = EnvironmentOption.Create(
            "--type",
            $"Of the GGUF file: {FileTypeOption.Names}",
            nameof(GgufFileType.Q8_0)
        );
        var samples = EnvironmentOption.Create(
            "--show",
            "Print so many samples of the generated corpus and its mix, and stop",
            0
        );
        var show = EnvironmentOption.Create(
            "--show-config",
            "Print the configuration with all defaults, and stop",
            false
        );
        var command = new Command("train", "Train a language model from scratch; a run that was stopped goes on.")
        {
            source,
            output,
            threads,
            type,
            show,
            samples,
        };
        command.SetWork(
            (parsed, cancellation) =>
            {
                string name = parsed.GetRequiredValue(source);
                bool isBuiltin = name == BuiltinConfig.Name;
                var config = isBuiltin ? BuiltinConfig.Read() : ConfigFile.Read<TrainingConfig>(name);
                if (parsed.GetValue(samples) is > 0 and var count)
                {
                    var corpus = new CorpusGenerator(config.Seed);
                    SampleListing.WriteSamples(Console.Out, corpus, first: 0, count);
                    SampleListing.WriteMix(Console.Out, corpus, samples: 10_000);
                    return 0;
                }
                Console.Out.WriteLine(ConfigFile.Write(config));
                if (parsed.GetValue(show))
                    return 0;
                string dataFolder = isBuiltin ? "" : Path.GetDirectoryName(Path.GetFullPath(name))!;
                string folder = parsed.GetValue(output) ?? Path.Combine("runs", config.Name);
                var fileType = FileTypeOption.Parse(parsed.GetRequiredValue(type));
                using var backend = new CpuBackend(
                    parsed.GetValue(threads) ?? Engine.Loading.ProcessorCores.Physical()
                );
                using var run = TrainingRun.Open(config, dataFolder, folder, backend);
                return Train(run, fileType, cancellation);
            }
        );
        return command;
    }

    private static int Train(TrainingRun run, GgufFileType type, CancellationToken cancellation)
    {
        Console.Out.WriteLine(
            $"{Printable.Count(run.Decoder.ParameterCount)} parameters; {run.Folder}: step {run.Step} of {run.Config.Steps}"
        );
        string? summary;
        using (var line = new TrainingLine(run.Config.Steps))
        {
            run.Run(line.Show, cancellation);
            summary = line.Summary;
        }
        if (summary is not null)
            Console.Out.WriteLine(summary);
        if (!run.IsDone)
        {
            Console.Out.WriteLine($"stopped and saved at step {run.Step}; the same command goes on from there");
            return CommandErrors.Interrupted;
        }
        var export = DecoderExport.Of(run.Decoder, run.Config.Name, run.TokenizerFiles, run.Config.Temperature);
        string gguf = Path.Combine(run.Folder, $"{run.Config.Name}.gguf");
        string directory = Path.Combine(run.Folder, "huggingface");
        export.WriteGguf(gguf, type, cancellation: cancellation);
        export.WriteHuggingFace(directory, DType.F32);
        Console.Out.WriteLine($"{gguf}: {Printable.Bytes(new FileInfo(gguf).Length)}; {directory}");
        return 0;
    }
}
