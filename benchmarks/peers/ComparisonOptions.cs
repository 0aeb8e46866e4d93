// Owns the options that both commands share.
using System.CommandLine;
using Tern.Cli;
using Tern.Cli.Options;
using Tern.Engine.Loading;

namespace Tern.Peers;

/// <summary>Adds and reads the options.</summary>
/// <param name="tests">Names of the tests when none is given.</param>
internal sealed class ComparisonOptions(string tests)
{
    private readonly Option<string> _tests = EnvironmentOption.Create(
        "--tests",
        "prompt-TOKENS, decode-STREAMS, clients-NUMBER, separated by commas",
        tests
    );
    private readonly Option<int> _steps = EnvironmentOption.Create(
        "--generate-tokens",
        "Tokens that each stream decodes",
        64,
        "-n"
    );
    private readonly Option<int> _depth = EnvironmentOption.Create(
        "--depth",
        "Tokens that are there before a prompt or before the steps",
        0,
        "-d"
    );
    private readonly Option<int?> _threads = EnvironmentOption.Create<int?>(
        "--threads",
        "Worker threads of each; default: physical cores",
        null,
        "-t"
    );
    private readonly Option<int> _pairs = EnvironmentOption.Create(
        "--pairs",
        "Times each test runs on both, alternately",
        5
    );
    private readonly Option<bool> _check = EnvironmentOption.Create(
        "--check",
        "Compare logits instead of speeds",
        false
    );
    private readonly Option<string?> _llamaServer = EnvironmentOption.Create<string?>(
        "--llama-server",
        "llama.cpp's server program, for the tests with clients; the npm package has none",
        null
    );

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_tests, _steps, _depth, _threads, _pairs, _check, _llamaServer])
            command.Add(option);
    }

    /// <summary>What the user wants.</summary>
    /// <exception cref="CommandLineException">A value makes no sense.</exception>
    public ComparisonSettings Read(ParseResult parsed)
    {
        string? server = parsed.GetValue(_llamaServer);
        if (server is not null && !File.Exists(server))
            throw new CommandLineException($"--llama-server is {server}, where no file is");
        int steps = InRange(parsed.GetValue(_steps), 1 << 20, _steps.Name);
        int depth = InRange(parsed.GetValue(_depth), 1 << 20, _depth.Name, least: 0);
        return new ComparisonSettings(
            Workload.Parse(parsed.GetRequiredValue(_tests), steps, depth),
            InRange(parsed.GetValue(_threads) ?? ProcessorCores.Physical(), 1024, _threads.Name),
            InRange(parsed.GetValue(_pairs), 1000, _pairs.Name),
            parsed.GetValue(_check),
            server is null ? null : Path.GetFullPath(server),
            MachineLimits.Processor
        );
    }

    private static int InRange(int value, int most, string option, int least = 1) =>
        value >= least && value <= most
            ? value
            : throw new CommandLineException($"{option} is {value}; it must be from {least} to {most}");
}
