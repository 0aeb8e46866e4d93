// Owns the search for templates that crash the interpreter: random mutations of real ones, rendered with small limits.
using System.Text;
using Tern.Testing;
using Tern.Tokenizers.Chat;

namespace Tern.Tokenizers.Tests.Chat;

public sealed class ChatTemplateFuzzTests
{
    private static readonly string[] Fragments =
    [
        "{%",
        "%}",
        "{{",
        "}}",
        "{#",
        "#}",
        "-",
        "'",
        "\"",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "|",
        ".",
        ",",
        ":",
        "=",
        "**",
        "//",
        "~",
        " if ",
        " else ",
        " for ",
        " in ",
        " not ",
        " is ",
        " and ",
        "{% endif %}",
        "{% endfor %}",
        "{% set x = 1 %}",
        "1",
        "1e99",
        "none",
        "messages",
        "message",
        "loop",
        "|tojson",
        "|length",
        "|list",
        "|map('upper')",
        "range(9)",
        "[::-1]",
        "\\",
        "\n",
        "é",
        "\ud83d",
    ];

    [SharedFact]
    public void Mutated_templates_render_or_fail_with_an_error_of_ours()
    {
        var limits = new ChatTemplateLimits
        {
            MaxSteps = 20_000,
            MaxOutputCharacters = 100_000,
            MaxStringCharacters = 100_000,
            MaxItems = 10_000,
        };
        var inputs = ConformanceData.Cases.Select(item => ConformanceData.Input([], item.Value!.AsObject())).ToArray();
        var sources = ConformanceData
            .TemplateFiles.Select(file => ConformanceData.Text(ConformanceData.Read(file)["template"])!)
            .ToArray();
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var source = Mutate(sources[random.Next(sources.Length)], sources, random);
            try
            {
                ChatTemplate.Parse(source, limits).Render(inputs[random.Next(inputs.Length)]);
            }
            catch (ChatTemplateException) { }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}: {exception}");
            }
        }
    }

    private static string Mutate(string source, string[] sources, Random random)
    {
        var text = new StringBuilder(source);
        for (var edits = random.Next(1, 6); edits > 0; edits--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(5))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 40), text.Length - at));
                    break;
                case 1:
                    text.Insert(at, Fragments[random.Next(Fragments.Length)]);
                    break;
                case 2:
                    text[at] = (char)random.Next(1, 256);
                    break;
                case 3:
                    text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 200), text.Length - at)));
                    break;
                default:
                    var other = sources[random.Next(sources.Length)];
                    var start = random.Next(other.Length);
                    text.Insert(at, other.AsSpan(start, Math.Min(random.Next(1, 200), other.Length - start)));
                    break;
            }
            if (text.Length == 0)
                return "";
        }
        return text.ToString();
    }
}
