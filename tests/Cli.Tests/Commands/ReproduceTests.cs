// Owns the proof that reproduce prints every figure with its band and fails when one is outside.
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tern.Cli.Tests.Commands;

public sealed class ReproduceTests
{
    [Fact]
    public async Task Figures_are_counted_and_decide_the_exit_code()
    {
        var text = await TernProcess.RunAsync("reproduce", "distserve", "cake", "--quick");
        var json = await TernProcess.RunAsync("reproduce", "distserve", "cake", "--quick", "--json");
        var rows = JsonNode.Parse(json.Output)!.AsArray();
        int outside = rows.Count(row => !(bool)row!["met"]!);
        Assert.Equal(outside, Regex.Count(text.Output, "(?m)^OUTSIDE "));
        Assert.Equal(rows.Count - outside, Regex.Count(text.Output, "(?m)^met "));
        Assert.EndsWith(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{rows.Count} figures: {rows.Count - outside} met, {outside} outside their band\n"
            ),
            text.Output,
            StringComparison.Ordinal
        );
        Assert.Equal(outside == 0 ? 0 : 1, text.ExitCode);
        Assert.Equal(text.ExitCode, json.ExitCode);
        Assert.All(text.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 120));
        Assert.All(rows, row => Assert.NotEmpty((string)row!["inputs"]!));
    }

    [Fact]
    public async Task An_unknown_publication_is_named_with_those_there_are() =>
        (await TernProcess.RunAsync("reproduce", "attention")).AssertFailed(1, "known are distserve");

    [Fact]
    public async Task A_trace_that_is_needed_is_asked_for() =>
        (await TernProcess.RunAsync("reproduce", "mooncake")).AssertFailed(1, "mooncake-conversation.jsonl");
}
