// Owns what callers of chat templates rely on: inputs, error kinds and places, concurrent use, and Python's semantics
// where the recorded renderings do not reach.
using System.Text.Json.Nodes;
using Tern.Tokenizers.Chat;

namespace Tern.Tokenizers.Tests.Chat;

public sealed class ChatTemplateTests
{
    [Fact]
    public void Messages_tools_and_variables_reach_the_template()
    {
        var input = Input() with
        {
            Messages = [new JsonObject { ["role"] = "user", ["content"] = "hi" }],
            Tools = [new JsonObject { ["name"] = "f" }],
            AddGenerationPrompt = false,
            Variables = new Dictionary<string, JsonNode?> { ["bos_token"] = "<s>", ["enable_thinking"] = null },
        };
        Assert.Equal(
            "<s>user:hi f False None",
            ChatTemplate
                .Parse(
                    "{{ bos_token }}{% for m in messages %}{{ m.role }}:{{ m['content'] }}{% endfor %} "
                        + "{{ tools[0].name }} {{ add_generation_prompt }} {{ enable_thinking }}"
                )
                .Render(input)
        );
    }

    [Fact]
    public void Tools_are_undefined_when_none_are_given() => Assert.Equal("False", Render("{{ tools is defined }}"));

    [Theory]
    [InlineData("messages")]
    [InlineData("tools")]
    [InlineData("add_generation_prompt")]
    public void A_variable_cannot_replace_the_conversation(string name)
    {
        var input = Input() with { Variables = new Dictionary<string, JsonNode?> { [name] = 1 } };
        Assert.Throws<ArgumentException>(() => ChatTemplate.Parse("x").Render(input));
    }

    [Fact]
    public void Numbers_made_in_code_keep_their_type()
    {
        var input = Input() with
        {
            Variables = new Dictionary<string, JsonNode?>
            {
                ["i"] = 2,
                ["f"] = 2.0,
                ["m"] = 2m,
            },
        };
        Assert.Equal("2 2.0 2.0", ChatTemplate.Parse("{{ i }} {{ f }} {{ m }}").Render(input));
    }

    [Fact]
    public void A_raised_message_arrives_unchanged_with_its_line()
    {
        var exception = Assert.Throws<ChatTemplateRaisedException>(() =>
            Render("\n\n{{ raise_exception('No <system>!') }}")
        );
        Assert.Equal("No <system>!", exception.Message);
        Assert.Equal(3, exception.Line);
    }

    [Theory]
    [InlineData("a\n{{ 'x' + 1 }}", 2, "can only concatenate str (not \"int\") to str")]
    [InlineData("a\n\n{% if x.y.z %}{% endif %}", 3, "'x' is undefined")]
    [InlineData("{{ messages.append(1) }}", 1, "unsafe")]
    [InlineData("{{ 'a'.__class__.__mro__ }}", 1, "'str object' has no attribute '__class__'")]
    [InlineData("{{ 1 is nosuchtest }}", 1, "No test named 'nosuchtest'")]
    public void An_evaluation_error_names_cause_and_line(string source, int line, string cause)
    {
        var exception = Assert.Throws<ChatTemplateEvaluationException>(() => Render(source));
        Assert.Equal(line, exception.Line);
        Assert.Contains(cause, exception.Message);
        Assert.Contains($"line {line}", exception.Message);
    }

    [Theory]
    [InlineData("\n{% include 'x' %}", 2, "'include' is not available")]
    [InlineData("{% nosuch %}", 1, "unknown tag 'nosuch'")]
    [InlineData("{{ (1] }}", 1, "expected ')'")]
    [InlineData("{{ 'abc }}", 1, "not closed")]
    [InlineData("{# abc", 1, "comment")]
    [InlineData("{% break %}", 1, "outside of a loop")]
    [InlineData("{% set true = 1 %}", 1, "can't assign")]
    [InlineData("{% for i in x %}", 1, "needs 'endfor' or 'else'")]
    public void A_syntax_error_names_cause_and_line(string source, int line, string cause)
    {
        var exception = Assert.Throws<ChatTemplateSyntaxException>(() => ChatTemplate.Parse(source));
        Assert.Equal(line, exception.Line);
        Assert.Contains(cause, exception.Message);
    }

    [Fact]
    public void One_template_renders_concurrently()
    {
        var template = ChatTemplate.Parse(
            "{% set ns = namespace(n=0) %}{% for i in range(k) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}"
        );
        Parallel.For(
            0,
            64,
            k =>
            {
                var input = Input() with { Variables = new Dictionary<string, JsonNode?> { ["k"] = k } };
                Assert.Equal($"{k * (k - 1) / 2}", template.Render(input));
            }
        );
    }

    [Theory]
    [InlineData("{{ [none, true, 1.0, 'it\\'s', \"a\\nb\"] }}", "[None, True, 1.0, \"it's\", 'a\\nb']")]
    [InlineData("{{ '👩‍👧'|length }} {{ ['👩‍👧'] }} {{ '👩x'[::-1] }}", "3 ['👩\\u200d👧'] x👩")]
    [InlineData(
        "{{ 2**100 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7.5 // 2 }} {{ 2**-1 }}",
        "1267650600228229401496703205376 -4 2 3.0 0.5"
    )]
    [InlineData("{{ 1e16 }} {{ 1e-5 }} {{ 0.0001 }} {{ 123456789.123 }}", "1e+16 1e-05 0.0001 123456789.123")]
    [InlineData("{{ 2.5|round }} {{ 2.675|round(2) }} {{ '%.0f' % 0.5 }} {{ '%.2f' % 1.005 }}", "2.0 2.67 0 1.00")]
    [InlineData("{{ {1: 'a', 1.0: 'b', true: 'c'} }} {{ 1 == true }}", "{1: 'c'} True")]
    [InlineData("{{ 'a' in 'abc' and 4 not in [1] }} {{ 'B' < 'a' }} {{ [1, 2] < [1, 3] }}", "True True True")]
    [InlineData("{{ '{:>5}|{:08.3f}|{:,}'.format('a', 4.5, 1234567) }}", "    a|0004.500|1,234,567")]
    [InlineData(
        "{{ {'b': [1, {}], 'a': none}|tojson(indent=2) }}",
        "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": null\n}"
    )]
    [InlineData(
        "{% for i in [] %}{% else %}e{% endfor %}{% for i in [1] %}{% continue %}{% else %}c{% endfor %}",
        "ec"
    )]
    [InlineData(
        "{% macro m(a, b=a) %}{{ a }}{{ b }}{{ caller() if caller }}{% endmacro %}{{ m(1) }}{% call m(2, 3) %}x{% endcall %}",
        "1123x"
    )]
    [InlineData("{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{% endfor %}{{ x }}", "1")]
    [InlineData("{{ ('<a>'|safe) + '<b>' }}{{ ('<a>'|safe) ~ '<b>' }}", "<a>&lt;b&gt;<a><b>")]
    [InlineData("{{ strftime_now('%d %b %Y %-d %H:%M %j %U %A %p') }}", "01 Jan 1970 1 00:00 001 00 Thursday AM")]
    public void Python_semantics_hold(string source, string expected) => Assert.Equal(expected, Render(source));

    private static string Render(string source) => ChatTemplate.Parse(source).Render(Input());

    private static ChatTemplateInput Input() => new() { Messages = [], Now = DateTimeOffset.UnixEpoch };
}
