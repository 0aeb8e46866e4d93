// Owns the spelling owner/repo[:quant].
using System.Text.RegularExpressions;

namespace Tern.Cli.Hub;

/// <summary>What the user asks for.</summary>
/// <param name="Repository">"owner/repo".</param>
/// <param name="Revision">Branch, tag or commit.</param>
/// <param name="Quant">Mixture to choose among the files, or null.</param>
internal sealed partial record HubReference(string Repository, string Revision, string? Quant)
{
    // Starts with a letter, digit or underscore: never "." or "..".
    private const string Name = "[A-Za-z0-9_][A-Za-z0-9_.-]*";

    /// <summary>Reads a reference.</summary>
    /// <exception cref="CommandLineException">It is spelled otherwise.</exception>
    public static HubReference Parse(string text, string revision)
    {
        var match = Spelling().Match(text);
        if (!match.Success)
            throw new CommandLineException(
                $"'{text}' is no model; write owner/repo or owner/repo:quant, for instance acme/model-GGUF:Q4_K_M"
            );
        string? quant = match.Groups["quant"] is { Success: true, Value: var value } ? value : null;
        return new HubReference(match.Groups["repository"].Value, revision, quant);
    }

    [GeneratedRegex(
        $@"\A(?<repository>{Name}/{Name})(:(?<quant>{Name}))?\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Spelling();
}
