// Owns the option that divides a written model into files of limited size.
using System.CommandLine;

namespace Tern.Cli.Options;

/// <summary>--split-max-mib of the commands that write GGUF.</summary>
internal static class SplitOption
{
    private const int BitsOfMib = 20;
    private const long Most = long.MaxValue >> BitsOfMib;

    /// <summary>The option.</summary>
    public static Option<long?> Create() =>
        EnvironmentOption.Create<long?>(
            "--split-max-mib",
            "Split into files of at most so many MiB, DEST-00001-of-0000N.gguf; default: one file",
            null
        );

    /// <summary>The limit in bytes, or null for one file.</summary>
    /// <exception cref="CommandLineException">The value is not positive or far too large.</exception>
    public static long? BytesOf(ParseResult parsed, Option<long?> option) =>
        parsed.GetValue(option) is not { } mib ? null
        : mib is >= 1 and <= Most ? mib << BitsOfMib
        : throw new CommandLineException($"{option.Name} is {mib}; it must be from 1 to {Most}");
}
