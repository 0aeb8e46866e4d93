// Owns the proof that the evaluator gives a perfect model everything, an ignorant one nothing, and a damaged one its due.
using Tern.Training.Corpus;

namespace Tern.Training.Tests.Corpus;

public sealed class CorpusEvaluatorTests
{
    private const int Samples = 60;

    [Fact]
    public async Task A_model_that_knows_all_reaches_every_target()
    {
        var oracle = Oracle();
        var report = await CorpusEvaluator.RunAsync((sample, _) => ValueTask.FromResult(oracle[Key(sample)]), Samples);
        Assert.All(
            report.Rows,
            row => Assert.True(row.Counted == row.Asked, $"{row.Name}: {row.Misses.FirstOrDefault()}")
        );
        Assert.True(report.IsReached);
    }

    [Fact]
    public async Task A_model_that_knows_nothing_is_right_only_where_that_is_right()
    {
        var report = await CorpusEvaluator.RunAsync(
            (_, _) => ValueTask.FromResult(UnknownSamples.Answer),
            Samples,
            parallel: 4
        );
        Assert.Equal(["unknown, says so"], report.Rows.Where(row => row.Counted > 0).Select(row => row.Name));
        Assert.False(report.IsReached);
        var output = new StringWriter();
        report.Write(output, misses: 1);
        Assert.Contains("missed", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("answered: I don't know that.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_later_turn_sees_the_answers_of_the_model_itself()
    {
        var oracle = Oracle();
        bool seen = false;
        await CorpusEvaluator.RunAsync(
            (sample, _) =>
            {
                seen |= sample.Messages.Any(message => message.Content.EndsWith("!!", StringComparison.Ordinal));
                return ValueTask.FromResult(oracle[Key(sample)] + "!!");
            },
            Samples
        );
        Assert.True(seen);
    }

    [Theory]
    [InlineData("<tool_call>{\"name\": \"buy\", \"arguments\": {\"item\": \"hats\", \"count\": 3}}</tool_call>", true)]
    [InlineData("<tool_call>{\"name\": \"buy\", \"arguments\": {\"count\": 3, \"item\": \"cups\"}}</tool_call>", true)]
    [InlineData(
        "<tool_call>{\"name\": \"sell\", \"arguments\": {\"item\": \"hats\", \"count\": 3}}</tool_call>",
        false
    )]
    [InlineData(
        "<tool_call>{\"name\": \"buy\", \"arguments\": {\"item\": \"hats\", \"count\": \"3\"}}</tool_call>",
        false
    )]
    [InlineData("<tool_call>{\"name\": \"buy\", \"arguments\": {\"item\": \"hats\"}}</tool_call>", false)]
    [InlineData(
        "<tool_call>{\"name\": \"buy\", \"arguments\": {\"item\": \"hats\", \"amount\": 3}}</tool_call>",
        false
    )]
    [InlineData("<tool_call>{\"name\": \"buy\", \"arguments\": {\"item\": \"hats\", \"count\": 3}</tool_call>", false)]
    [InlineData("<tool_call>{\"name\": \"light\", \"arguments\": {\"state\": \"on\"}}</tool_call>", true)]
    [InlineData("<tool_call>{\"name\": \"light\", \"arguments\": {\"state\": \"dim\"}}</tool_call>", false)]
    [InlineData("{\"name\": \"buy\", \"arguments\": {\"item\": \"hats\", \"count\": 3}}", false)]
    [InlineData("Buy hats.", false)]
    public void A_call_is_valid_when_it_satisfies_the_schema(string answer, bool isValid)
    {
        CorpusTool[] tools =
        [
            new("buy", "buys", [new("item", "string"), new("count", "integer")]),
            new("light", "switches", [new("state", "string", ["on", "off"])]),
        ];
        Assert.Equal(isValid, ToolCallCheck.IsValid(answer, tools));
    }

    // The questions are a function of the seed, so the expected answers can be looked up by what was said before.
    private static Dictionary<string, string> Oracle()
    {
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var set in EvaluationSet.All)
        {
            for (ulong index = 0; index < Samples; index++)
            {
                var sample = set.Draw(new CorpusRandom(0, index));
                for (int turn = 0; turn < sample.Messages.Count; turn++)
                {
                    var message = sample.Messages[turn];
                    if (message.Role != ChatRole.Assistant)
                        continue;
                    string answer = message.Call is { } call ? SampleRenderer.Call(call) : message.Content;
                    answers[Key(sample with { Messages = [.. sample.Messages.Take(turn)] })] = answer;
                }
            }
        }
        return answers;
    }

    private static string Key(Sample sample) =>
        SampleRenderer.Render(sample).Text.Replace("!!", "", StringComparison.Ordinal);
}
