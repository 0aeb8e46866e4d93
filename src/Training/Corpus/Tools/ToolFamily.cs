// Owns a family of tools: one purpose under many names.
namespace Tern.Training.Corpus;

/// <summary>Tools that do the same under varying names, so that the model reads the definition instead of guessing.</summary>
/// <param name="Key">Names the family in the split.</param>
/// <param name="Names">Names of the function.</param>
/// <param name="Descriptions">What it does.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Requests">What a user says; the slots 0, 1, … are the arguments.</param>
/// <param name="Draw">Arguments, in the order of the parameters.</param>
/// <param name="Result">What the function returns as JSON, and what the assistant says then.</param>
internal sealed record ToolFamily(
    string Key,
    string[] Names,
    string[] Descriptions,
    ToolParameterKind[] Parameters,
    string[] Requests,
    Func<CorpusRandom, string[]> Draw,
    Func<CorpusRandom, string[], (string Json, string Answer)> Result
)
{
    /// <summary>Chance in a hundred that a name is decorated.</summary>
    private const int Decorated = 65;

    private static readonly string[] s_decorations =
    [
        "my",
        "new",
        "the",
        "main",
        "town",
        "home",
        "quick",
        "first",
        "user",
        "api",
        "data",
        "safe",
        "test",
        "do",
        "call",
        "tool",
        "run",
        "ask",
        "go",
        "web",
        "local",
        "next",
        "real",
        "smart",
        "auto",
        "plain",
        "simple",
        "big",
        "open",
        "old",
        "free",
        "full",
    ];

    /// <summary>One tool of the family: a name, a description and names of parameters.</summary>
    public CorpusTool Define(CorpusRandom random) =>
        new(
            Name(random, Names),
            random.Pick(Descriptions),
            [
                .. Parameters.Select(parameter => new CorpusParameter(
                    Name(random, parameter.Names),
                    parameter.Type,
                    parameter.Choices
                )),
            ]
        );

    /// <summary>So many names that guessing one is hopeless, and copying it from the definition is all that works.</summary>
    private static string Name(CorpusRandom random, string[] names)
    {
        string name = random.Pick(names);
        if (!random.Chance(Decorated))
            return name;
        string word = random.Pick(s_decorations);
        return random.Chance(50) ? $"{word}_{name}" : $"{name}_{word}";
    }
}
