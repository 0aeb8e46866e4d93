// Owns the options of the comparison and the order of its parts.
using System.CommandLine;
using System.Globalization;
using Tern.Cli;
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Engine.Loading;
using Tern.Peers.LlamaCpp;

namespace Tern.Peers;

/// <summary>Times or compares Tern and llama.cpp on one GGUF file.</summary>
internal static class ComparisonCommand
{
    private const int CheckedPositions = 32;

    /// <summary>The command.</summary>
    public static RootCommand Create()
    {
        var model = EnvironmentOption.Create<string?>(
            "--model",
            "A .gguf file; default: a random llama-3.2-1b in Q4_0, made under artifacts/",
            null
        );
        var prompt = EnvironmentOption.Create("--prompt-tokens", "Tokens of the prompt; 0 = do not time it", 512, "-p");
        var steps = EnvironmentOption.Create("--generate-tokens", "Tokens to decode; 0 = do not time it", 64, "-n");
        var batches = EnvironmentOption.Create("--batch", "Streams decoded at once, separated by commas", "1,16", "-b");
        var threads = EnvironmentOption.Create<int?>(
            "--threads",
            "Worker threads of each; default: physical cores",
            null,
            "-t"
        );
        var pairs = EnvironmentOption.Create("--pairs", "Times each test runs on both, alternately", 5);
        var check = EnvironmentOption.Create("--check", "Compare logits instead of speeds", false);
        var command = new RootCommand("The same work on Tern and on llama.cpp, in the same run.")
        {
            model,
            prompt,
            steps,
            batches,
            threads,
            pairs,
            check,
        };
        command.SetAction(
            (parsed, cancellation) =>
            {
                int count = parsed.GetValue(threads) ?? ProcessorCores.Physical();
                int pairCount = InRange(parsed.GetValue(pairs), 1, 1000, "--pairs");
                int promptTokens = InRange(parsed.GetValue(prompt), 0, 1 << 20, "--prompt-tokens");
                int decoded = InRange(parsed.GetValue(steps), 0, 1 << 20, "--generate-tokens");
                int[] sizes = Sizes(parsed.GetRequiredValue(batches));
                string path = parsed.GetValue(model) ?? DefaultModel.Path(cancellation);
                LlamaLibrary.Load(LlamaCppInstall.Folder());
                using var tern = new TernContender(path, count);
                using var peer = new LlamaContender(path, count);
                if (tern.VocabularySize != peer.VocabularySize)
                    throw new LlamaCppException(
                        $"{path}: {tern.VocabularySize} tokens in Tern, {peer.VocabularySize} in llama.cpp"
                    );
                Console.Out.WriteLine($"{Path.GetFileName(path)}; {count} threads each");
                Console.Out.WriteLine($"{tern.Description} and {peer.Description}");
                if (parsed.GetValue(check))
                    return Task.FromResult(Check(LogitsComparison.Of(tern, peer, CheckedPositions)));
                var conditions = new Conditions(count);
                var tests = new List<PairedSpeeds>();
                using (var status = new StatusLine("measuring"))
                {
                    var benchmark = new PairedBenchmark(tern, peer, pairCount, status.Update, cancellation);
                    if (promptTokens > 0)
                        tests.Add(benchmark.Prompt(promptTokens));
                    if (decoded > 0)
                        tests.AddRange(sizes.Select(size => benchmark.Decode(size, decoded)));
                }
                conditions.Write(Console.Out, tern.StepBytes);
                SpeedTable.Write(Console.Out, tests);
                return Task.FromResult(0);
            }
        );
        return command;
    }

    private static int Check(LogitsComparison found)
    {
        Console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"logits of {found.Positions} positions: largest difference {found.MaxDifference:G3} where logits spread by {found.Spread:G3}; normalized error {found.Error:G3}; same choice at {found.SameChoices} of {found.Positions}"
            )
        );
        Console.Out.WriteLine(found.IsSameNetwork ? "both compute the same network" : "THE NETWORKS DIFFER");
        return found.IsSameNetwork ? 0 : CommandErrors.Failure;
    }

    private static int InRange(int value, int least, int most, string option) =>
        value >= least && value <= most
            ? value
            : throw new CommandLineException($"{option} is {value}; it must be from {least} to {most}");

    private static int[] Sizes(string list) =>
        [
            .. list.Split(',', StringSplitOptions.TrimEntries)
                .Select(part =>
                    int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int size)
                    && size is >= 1 and <= 256
                        ? size
                        : throw new CommandLineException(
                            $"--batch is '{list}'; it must be numbers from 1 to 256 separated by commas"
                        )
                ),
        ];
}
