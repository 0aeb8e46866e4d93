// Owns the kinds of work that are compared and their short names on the command line.
using System.Globalization;
using Tern.Cli;

namespace Tern.Peers;

/// <summary>One kind of work.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Size">Tokens of a prompt, streams decoded at once, or clients.</param>
/// <param name="Steps">Tokens that each stream decodes; 0 for the other kinds.</param>
/// <param name="Depth">Tokens that are there before what is timed; 0 for clients.</param>
internal sealed record Workload(WorkKind Kind, int Size, int Steps, int Depth)
{
    /// <summary>What is measured when nothing is named: <c>--tests</c>.</summary>
    public const string DefaultNames = "prompt-512,prompt-2048,decode-1,decode-16,clients-16";

    /// <summary>For people; it also tells results apart.</summary>
    public string Title =>
        Kind switch
        {
            WorkKind.Prompt => string.Create(CultureInfo.InvariantCulture, $"prompt of {Size}{After}"),
            WorkKind.Decode => string.Create(
                CultureInfo.InvariantCulture,
                $"decode {Steps}, {Size} {(Size == 1 ? "stream" : "streams")}{After}"
            ),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Size} {(Size == 1 ? "client" : "clients")} over HTTP"),
        };

    private string After => Depth == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", after {Depth}");

    /// <summary>Reads names like "prompt-512,decode-16,clients-16".</summary>
    /// <param name="names">Separated by commas.</param>
    /// <param name="steps">Tokens that each stream decodes.</param>
    /// <param name="depth">Tokens that are there before what is timed.</param>
    /// <exception cref="CommandLineException">One is no such name.</exception>
    public static Workload[] Parse(string names, int steps, int depth) =>
        [.. names.Split(',', StringSplitOptions.TrimEntries).Select(name => One(name, steps, depth)).Distinct()];

    private static Workload One(string name, int steps, int depth)
    {
        if (
            name.Split('-') is [var kind, var number]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int size)
        )
        {
            switch (kind)
            {
                case "prompt" when size is >= 1 and <= 1 << 20:
                    return new Workload(WorkKind.Prompt, size, 0, depth);
                case "decode" when size is >= 1 and <= 256:
                    return new Workload(WorkKind.Decode, size, steps, depth);
                case "clients" when size is >= 1 and <= 256:
                    return new Workload(WorkKind.Clients, size, 0, 0);
            }
        }
        throw new CommandLineException(
            $"'{name}' is no test; known are prompt-TOKENS, decode-STREAMS and clients-NUMBER (streams and clients: 1 to 256)"
        );
    }
}
