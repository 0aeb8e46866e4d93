// Owns the sets of held-out samples and what is measured on them.
using System.Text.Json;

namespace Tern.Training.Corpus;

/// <summary>A set of held-out samples with its measures; a sample counts when all of its answers do.</summary>
/// <param name="Draw">Draws a held-out sample.</param>
/// <param name="Measures">What is measured.</param>
internal sealed record EvaluationSet(Func<CorpusRandom, Sample> Draw, params EvaluationMeasure[] Measures)
{
    /// <summary>All sets, in the order of the report.</summary>
    public static IReadOnlyList<EvaluationSet> All { get; } =
    [
        new(
            random => ClosedWorldSamples.Draw(random, heldOut: true),
            new EvaluationMeasure("closed world", 95, SameKey)
        ),
        new(ArithmeticSamples.HeldOutSum, new EvaluationMeasure("addition, two digits", 95, SameKey)),
        new(
            random => ToolSamples.Call(random, heldOut: true, withResult: false),
            new EvaluationMeasure(
                "tool call, valid",
                98,
                (before, _, answer) => ToolCallCheck.IsValid(answer, before.Tools)
            ),
            new EvaluationMeasure("tool call, right", null, SameCall)
        ),
        new(
            random => ToolSamples.Call(random, heldOut: true, withResult: true),
            new EvaluationMeasure("tool call and answer", null, SameCall)
        ),
        new(
            random => ToolSamples.Plain(random, heldOut: true),
            new EvaluationMeasure("tools, none needed", null, SameKey)
        ),
        new(
            random => ToolSamples.Missing(random, heldOut: true),
            new EvaluationMeasure("tools, right one missing", null, SameKey)
        ),
        new(
            random => ConversationSamples.ThreeTurns(random, heldOut: true),
            new EvaluationMeasure("three turns", null, SameKey)
        ),
        new(
            random => UnknownSamples.Draw(random, heldOut: true),
            new EvaluationMeasure("unknown, says so", null, SaysUnknown)
        ),
        new(random => ListSamples.Draw(random, heldOut: true), new EvaluationMeasure("lists", null, SameText)),
        new(random => FormatSamples.Draw(random, heldOut: true), new EvaluationMeasure("format", null, SameText)),
        new(
            random => JsonSamples.Draw(random, heldOut: true),
            new EvaluationMeasure("JSON, valid", null, (_, _, answer) => IsJson(answer)),
            new EvaluationMeasure("JSON, right", null, SameText)
        ),
        new(
            random => StorySamples.Continuation(random, heldOut: true),
            new EvaluationMeasure("story continued", null, ContinuesStory)
        ),
    ];

    private static bool SameKey(Sample before, CorpusMessage expected, string answer) =>
        AnswerKey.Of(answer) == AnswerKey.Of(expected.Content);

    private static bool SameText(Sample before, CorpusMessage expected, string answer) =>
        answer.Trim() == expected.Content;

    private static bool SameCall(Sample before, CorpusMessage expected, string answer) =>
        expected.Call is { } call ? ToolCallCheck.Is(answer, call) : SameKey(before, expected, answer);

    private static bool SaysUnknown(Sample before, CorpusMessage expected, string answer) =>
        AnswerKey.Of(answer).StartsWith("i don't know", StringComparison.Ordinal);

    private static bool ContinuesStory(Sample before, CorpusMessage expected, string answer) =>
        StorySamples.Given(before.Messages[^1].Content) is { } given
        && StoryGrammar.Read($"{given} {answer.Trim()}") is not null;

    private static bool IsJson(string answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return true;
        }
        catch (JsonException)
        {
            // Not JSON: that is the finding.
            return false;
        }
    }
}
