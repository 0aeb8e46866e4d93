// Owns the comparison with the reference renderings: 49 real templates with 18 conversations each, and 44 snippets.
using System.Text;
using System.Text.Json.Nodes;
using Tern.Testing;
using Tern.Tokenizers.Chat;

namespace Tern.Tokenizers.Tests.Chat;

public sealed class ChatTemplateConformanceTests
{
    // Far below the defaults: what they must leave room for is a long conversation.
    private static readonly ChatTemplateLimits Headroom = new()
    {
        MaxSteps = 20_000,
        MaxNesting = 40,
        MaxCallDepth = 20,
    };

    public static TheoryData<string> Templates => [.. ConformanceData.TemplateFiles];

    [SharedTheory]
    [MemberData(nameof(Templates))]
    public void A_real_template_renders_every_case_as_the_reference(string file)
    {
        var data = ConformanceData.Read(file);
        var template = ChatTemplate.Parse(data["template"]!.GetValue<string>(), Headroom);
        var report = new StringBuilder();
        foreach (var (name, result) in data["results"]!.AsObject())
        {
            var input = ConformanceData.Input(data["variables"]!.AsObject(), ConformanceData.Cases[name]!.AsObject());
            Compare(name, result!, () => template.Render(input), report);
        }
        Assert.True(report.Length == 0, report.ToString());
    }

    [SharedFact]
    public void A_snippet_renders_as_the_reference()
    {
        var report = new StringBuilder();
        foreach (var snippet in ConformanceData.Read("snippets.json")["snippets"]!.AsArray())
        {
            var source = snippet!["template"]!.GetValue<string>();
            var chat = new JsonObject { ["messages"] = new JsonArray(), ["add_generation_prompt"] = true };
            var input = ConformanceData.Input(snippet["variables"]!.AsObject(), chat);
            Compare(source, snippet, () => ChatTemplate.Parse(source).Render(input), report);
        }
        Assert.True(report.Length == 0, report.ToString());
    }

    // Where Python fails inside a template we fail, too: nothing here is more lenient than the reference.
    private static void Compare(string name, JsonNode expected, Func<string> render, StringBuilder report)
    {
        var error = expected["error"];
        try
        {
            var output = render();
            if (error is not null)
                report.AppendLine($"{name}: rendered, but should fail: {error["message"]}");
            else if (output != ConformanceData.Text(expected["output"]))
                report.AppendLine($"{name}: {Difference(ConformanceData.Text(expected["output"])!, output)}");
        }
        catch (ChatTemplateException exception)
        {
            if (error is null)
                report.AppendLine($"{name}: failed: {exception.Message}");
            else if (ConformanceData.Text(error["kind"]) != "raise_exception")
                return;
            else if (
                exception is not ChatTemplateRaisedException
                || exception.Message != ConformanceData.Text(error["message"])
            )
                report.AppendLine($"{name}: wrong error: {exception.Message}");
        }
    }

    private static string Difference(string expected, string actual)
    {
        var same = expected.AsSpan().CommonPrefixLength(actual);
        var start = Math.Max(0, same - 40);
        return $"at {same}, expected «{Cut(expected)}», got «{Cut(actual)}»";

        string Cut(string text) => text.Substring(start, Math.Min(120, text.Length - start));
    }
}
