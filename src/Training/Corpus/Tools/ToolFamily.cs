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
    /// <summary>One tool of the family: a name, a description and names of parameters.</summary>
    public CorpusTool Define(CorpusRandom random) =>
        new(
            random.Pick(Names),
            random.Pick(Descriptions),
            [
                .. Parameters.Select(parameter => new CorpusParameter(
                    random.Pick(parameter.Names),
                    parameter.Type,
                    parameter.Choices
                )),
            ]
        );
}
