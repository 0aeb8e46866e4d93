// Owns "tern bench": how fast a model runs here.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Tern.Cli.Benchmarks;
using Tern.Cli.Evaluation;
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Kernels.Limits;

namespace Tern.Cli.Commands;

/// <summary>Times prompts and generation on the network itself, without engine or server.</summary>
internal static class BenchCommand
{
    // More than any context, and the sum of two is still a number of tokens.
    private const int Most = 1 << 28;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = ModelReference.Description };
        var prompt = EnvironmentOption.Create("--prompt-tokens", "Tokens of the prompt; 0 = do not time it", 512, "-p");
        var steps = EnvironmentOption.Create("--generate-tokens", "Tokens to generate; 0 = do not time it", 128, "-n");
        var batches = EnvironmentOption.Create(
            "--batch",
            "Sequences generated at once, several separated by commas",
            "1",
            "-b"
        );
        var depth = EnvironmentOption.Create("--depth", "Tokens that each sequence has before what is timed", 0, "-d");
        var threads = EnvironmentOption.Create<int?>(
            "--threads",
            "Worker threads; default: physical cores",
            null,
            "-t"
        );
        var repetitions = EnvironmentOption.Create("--repetitions", "Times each test runs; the median counts", 3, "-r");
        var cacheType = CacheTypeOption.Create();
        var numerics = NumericsOption.Create();
        var json = EnvironmentOption.Create("--json", "Print one JSON object", false);
        var command = new Command("bench", "Measure the speed of a model on this machine.")
        {
            model,
            prompt,
            steps,
            batches,
            depth,
            threads,
            numerics,
            repetitions,
            cacheType,
            json,
        };
        command.SetWork(
            (parsed, cancellation) =>
            {
                int[] sizes = Batches(parsed.GetRequiredValue(batches));
                int promptTokens = InRange(parsed.GetValue(prompt), 0, "--prompt-tokens");
                int generated = InRange(parsed.GetValue(steps), 0, "--generate-tokens");
                int before = InRange(parsed.GetValue(depth), 0, "--depth");
                int times = InRange(parsed.GetValue(repetitions), 1, "--repetitions");
                var type = CacheTypeOption.Read(parsed, cacheType);
                string path = ModelReference.Resolve(parsed.GetRequiredValue(model));
                long start = Stopwatch.GetTimestamp();
                using var network = OpenNetwork.Open(path, parsed.GetValue(threads), parsed.GetValue(numerics));
                double load = Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (network.Model.Config.IsEncoder)
                    throw new CommandLineException(
                        $"{path} is an encoder ({network.Model.Config.Architecture}); bench times models that generate"
                    );
                using var status = new StatusLine("measuring");
                var benchmark = new NetworkBenchmark(network, before, times, type, status.Update, cancellation);
                double promptSeconds = promptTokens > 0 ? benchmark.Prompt(promptTokens) : 0;
                GenerationSpeed[] speeds =
                    generated > 0 ? [.. sizes.Select(size => benchmark.Generation(size, generated))] : [];
                long peak = PeakMemory.Bytes();
                status.Update("measuring the machine's memory");
                var report = new BenchmarkReport
                {
                    Model = path,
                    Description = network.Model.Config.Description,
                    Backend = network.Backend.Name,
                    WeightBytes = network.File.Tensors.Values.Sum(tensor => tensor.ByteLength),
                    LoadSeconds = load,
                    PeakBytes = peak,
                    MachineBandwidth = ReadBandwidth.Measure(network.Backend.Threads).BytesPerSecond,
                    Depth = before,
                    PromptTokens = promptTokens,
                    PromptSeconds = promptSeconds,
                    Generation = speeds,
                };
                status.Dispose();
                if (parsed.GetValue(json))
                    Console.Out.WriteLine(report.Json());
                else
                    report.WriteText(Console.Out);
                return 0;
            }
        );
        return command;
    }

    private static int InRange(int value, int least, string option) =>
        value >= least && value <= Most
            ? value
            : throw new CommandLineException($"{option} is {value}; it must be from {least} to {Most}");

    private static int[] Batches(string list)
    {
        var sizes = new List<int>();
        foreach (string part in list.Split(',', StringSplitOptions.TrimEntries))
        {
            if (
                !int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int size)
                || size is < 1 or > 4096
            )
                throw new CommandLineException(
                    $"--batch is '{list}'; it must be numbers from 1 to 4096 separated by commas"
                );
            sizes.Add(size);
        }
        return [.. sizes];
    }
}
