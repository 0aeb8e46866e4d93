// Owns the proof that a hostile template ends with a clear error: loops, memory, nesting, numbers, recursion.
using System.Text;
using System.Text.Json.Nodes;
using Tern.Testing;
using Tern.Tokenizers.Chat;

namespace Tern.Tokenizers.Tests.Chat;

public sealed class ChatTemplateLimitTests
{
    private const string Strings = nameof(ChatTemplateLimits.MaxStringCharacters);
    private const string Items = nameof(ChatTemplateLimits.MaxItems);
    private const string Steps = nameof(ChatTemplateLimits.MaxSteps);
    private const string Bits = nameof(ChatTemplateLimits.MaxIntegerBits);
    private const string Nesting = nameof(ChatTemplateLimits.MaxNesting);
    private const string Calls = nameof(ChatTemplateLimits.MaxCallDepth);
    private const string Output = nameof(ChatTemplateLimits.MaxOutputCharacters);

    // A part of the defaults, to be quick.
    private static readonly ChatTemplateLimits Quick = new()
    {
        MaxSteps = 2_500_000,
        MaxStringCharacters = 1 << 20,
        MaxOutputCharacters = 1 << 22,
    };

    [Theory]
    [InlineData(Strings, "{{ 'a' * 10**9 }}")]
    [InlineData(Strings, "{{ 10**18 * 'a' }}")]
    [InlineData(
        Strings,
        "{% set ns = namespace(s='a') %}{% for i in range(40) %}{% set ns.s = ns.s + ns.s %}{% endfor %}"
    )]
    [InlineData(
        Strings,
        "{% set ns = namespace(s='a') %}{% for i in range(40) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}"
    )]
    [InlineData(Strings, "{% set s = 'a' * 1000000 %}{{ s.replace('a', s) }}")]
    [InlineData(Strings, "{% set s = 'a' * 1000000 %}{{ s|replace('', s) }}")]
    [InlineData(Strings, "{% set s = 'a' * 1000000 %}{{ s.join(s) }}")]
    [InlineData(Strings, "{% set s = 'a' * 1000000 %}{{ range(100)|join(s) }}")]
    [InlineData(Strings, "{{ '{:>999999999}'.format(1) }}")]
    [InlineData(Strings, "{{ '{:{w}}'.format(1, w=999999999) }}")]
    [InlineData(Strings, "{{ '%999999999s' % 1 }}")]
    [InlineData(Strings, "{{ 'a'.center(10**9) }}")]
    [InlineData(Strings, "{{ 'a'.zfill(10**9) }}")]
    [InlineData(Strings, "{{ 'a\\t'.expandtabs(10**9) }}")]
    [InlineData(Strings, "{{ 'a'|indent(10**9) }}")]
    [InlineData(Strings, "{{ [[1]]|tojson(indent='a' * 500000) }}")]
    [InlineData(Items, "{% for i in range(10**12) %}{% endfor %}")]
    [InlineData(Items, "{{ [1] * 10**9 }}")]
    [InlineData(
        Items,
        "{% set ns = namespace(l=[1]) %}{% for i in range(40) %}{% set ns.l = ns.l + ns.l %}{% endfor %}"
    )]
    [InlineData(Items, "{{ [1]|batch(10**9, 'x')|list }}")]
    [InlineData(Items, "{{ [1]|slice(10**9)|list }}")]
    [InlineData(Bits, "{{ 10**(10**10) }}")]
    [InlineData(Bits, "{{ 2**4096 }}")]
    [InlineData(Bits, "{% set ns = namespace(n=3) %}{% for i in range(60) %}{% set ns.n = ns.n * ns.n %}{% endfor %}")]
    [InlineData(Bits, "{{ ('9' * 100000)|int }}")]
    [InlineData(Bits, "{{ '%.999999f' % 1.5 }}")]
    [InlineData(Steps, "{% for i in range(1000000) %}{% for j in range(1000000) %}{% endfor %}{% endfor %}")]
    [InlineData(Steps, "{% for i in range(1000000) %}{{ range(1000000)|list|sort|length }}{% endfor %}")]
    [InlineData(
        Steps,
        "{% set s = 'a' * 1000000 %}{% for i in range(1000000) %}{% if s.isalpha() %}{% endif %}{% endfor %}"
    )]
    [InlineData(
        Steps,
        "{% set s = 'a' * 1000000 %}{% for i in range(1000000) %}{% if s == s ~ '' %}{% endif %}{% endfor %}"
    )]
    [InlineData(Output, "{% set s = 'a' * 100000 %}{% for i in range(1000000) %}{{ s }}{% endfor %}")]
    [InlineData(
        Output,
        "{% set s = 'a' * 100000 %}{% set t %}{% for i in range(1000000) %}{{ s }}{% endfor %}{% endset %}"
    )]
    [InlineData(Calls, "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")]
    [InlineData(
        Calls,
        "{% macro m() %}{{ caller() }}{% endmacro %}{% macro n() %}{% call m() %}{{ n() }}{% endcall %}{% endmacro %}{{ n() }}"
    )]
    [InlineData(Calls, "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}")]
    [InlineData(
        Nesting,
        "{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}"
    )]
    [InlineData(
        Nesting,
        "{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l|tojson }}"
    )]
    [InlineData(
        Nesting,
        "{% set ns = namespace(l=()) %}{% for i in range(999) %}{% set ns.l = (ns.l,) %}{% endfor %}{{ {ns.l: 1} }}"
    )]
    [InlineData(Nesting, "{% set ns = namespace() %}{% set ns.self = ns %}{{ ns }}")]
    public void A_hostile_operation_ends_with_its_limit(string limit, string source)
    {
        var exception = Assert.Throws<ChatTemplateLimitException>(() => Render(source));
        Assert.Equal(limit, exception.Limit);
        Assert.Equal(1, exception.Line);
    }

    [Theory]
    [InlineData("[a, a]", "ns.a == ns.b")]
    [InlineData("(a, a)", "{ns.a: 1}")]
    [InlineData("(a, a)", "ns.a in {}")]
    public void Values_that_share_their_parts_are_not_walked_for_ever(string pair, string use)
    {
        var (a, b) = (pair.Replace("a", "ns.a"), pair.Replace("a", "ns.b"));
        Assert.Throws<ChatTemplateLimitException>(() =>
            Render(
                "{% set ns = namespace(a=(), b=()) %}{% for i in range(100) %}"
                    + $"{{% set ns.a = {a} %}}{{% set ns.b = {b} %}}{{% endfor %}}{{{{ {use} }}}}"
            )
        );
    }

    [Fact]
    public void Stacked_generators_do_not_overflow_the_stack() =>
        Assert.Throws<ChatTemplateLimitException>(() =>
            Render(
                "{% set ns = namespace(l=[1]) %}{% for i in range(200000) %}"
                    + "{% set ns.l = ns.l|map('string') %}{% endfor %}{{ ns.l|list }}"
            )
        );

    public static TheoryData<string, string, string> Nestings =>
        new()
        {
            { "{{ ", "(", "1" },
            { "{{ ", "[", "1" },
            { "{{ ", "{1:", "1" },
            { "{{ ", "not ", "1" },
            { "{{ ", "- ", "1" },
            { "{{ ", "1 if 1 else ", "1 }}" },
            { "{{ x", ".a", " }}" },
            { "{{ x", "[0]", " }}" },
            { "{{ x", "()", " }}" },
            { "{{ x", "|list", " }}" },
            { "{{ 1", " if 1", " }}" },
            { "", "{% if 1 %}", "" },
            { "", "{% for x in y %}", "" },
            { "", "{% macro m() %}", "" },
            { "{% set ", "(", "a" },
        };

    [Theory]
    [MemberData(nameof(Nestings))]
    public void Ten_thousand_levels_of_nesting_are_refused(string before, string level, string after)
    {
        var source = before + new StringBuilder().Insert(0, level, 10_000) + after;
        var exception = Assert.Throws<ChatTemplateLimitException>(() => ChatTemplate.Parse(source));
        Assert.Equal(Nesting, exception.Limit);
    }

    [Theory]
    [InlineData("1", " + 1", "5001")]
    [InlineData("'a'", " ~ ''", "a")]
    [InlineData("true", " and 1", "1")]
    [InlineData("1", " < 2 > 1", "True")]
    public void Long_flat_expressions_are_not_nested(string first, string next, string expected) =>
        Assert.Equal(expected, Render("{{ " + first + new StringBuilder().Insert(0, next, 5000) + " }}"));

    [Fact]
    public void A_long_elif_chain_is_not_nested()
    {
        var branches = new StringBuilder().Insert(0, "{% elif false %}", 5000);
        Assert.Equal("x", Render("{% if false %}" + branches + "{% else %}x{% endif %}"));
    }

    [Fact]
    public void A_template_that_is_too_long_is_refused() =>
        Assert.Throws<ChatTemplateLimitException>(() => ChatTemplate.Parse(new string('a', (1 << 20) + 1)));

    [SharedTheory]
    [InlineData("template-endless.gguf")]
    [InlineData("template-deep-nesting.gguf")]
    public void A_hostile_file_ends_with_a_limit(string file)
    {
        var template = ChatTemplateOf(SharedData.PathOf("conformance", "hostile-files", file));
        Assert.Throws<ChatTemplateLimitException>(() => Render(template));
    }

    [Fact]
    public void Small_limits_hold()
    {
        var limits = new ChatTemplateLimits { MaxOutputCharacters = 10, MaxSteps = 100 };
        Assert.Equal(Output, Limit("0123456789{{ 1 }}"));
        Assert.Equal(Steps, Limit("{% for i in range(100) %}{% endfor %}"));

        string Limit(string source) =>
            Assert.Throws<ChatTemplateLimitException>(() => ChatTemplate.Parse(source, limits).Render(Input())).Limit;
    }

    private static string Render(string source) => ChatTemplate.Parse(source, Quick).Render(Input());

    private static ChatTemplateInput Input() => new() { Messages = new JsonArray(), Now = DateTimeOffset.UnixEpoch };

    // The string behind the key in the metadata: four bytes of type, eight of length, then the text.
    private static string ChatTemplateOf(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf("tokenizer.chat_template"u8) + "tokenizer.chat_template".Length + 4;
        return Encoding.UTF8.GetString(bytes, at + 8, (int)BitConverter.ToUInt64(bytes, at));
    }
}
