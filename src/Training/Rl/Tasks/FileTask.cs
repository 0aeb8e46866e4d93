// Owns a task whose prompts and answers a user wrote.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tern.Training.Data;

namespace Tern.Training.Rl.Tasks;

/// <summary>Prompts and expected answers from a JSONL file; every tenth is held out.</summary>
public sealed partial class FileTask : IRlTask
{
    private static readonly TimeSpan s_matchTimeout = TimeSpan.FromSeconds(1);
    private readonly List<(string Prompt, string Answer)> _entries = [];
    private readonly AnswerCheck _check;

    /// <param name="path">A "prompt" and an "answer" a line.</param>
    /// <param name="check">When an answer counts as right.</param>
    /// <param name="maxAnswerTokens">Most tokens of an answer.</param>
    /// <exception cref="DataException">A line is wrong, or there are too few.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public FileTask(string path, AnswerCheck check, int maxAnswerTokens)
    {
        _check = check;
        MaxAnswerTokens = maxAnswerTokens;
        var training = new List<(string, string)>();
        var heldOut = new List<(string, string)>();
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (line.AsSpan().Trim().Length == 0)
                continue;
            var entry = Parse(path, number, line);
            CheckExpected(path, number, entry.Answer);
            ((training.Count + heldOut.Count) % 10 == 9 ? heldOut : training).Add(entry);
        }
        if (heldOut.Count == 0)
            throw new DataException(
                path,
                0,
                $"has {training.Count} prompts, expected at least 10: every tenth is held out"
            );
        TrainingPrompts = training.Count;
        HeldOutPrompts = heldOut.Count;
        _entries.AddRange(training);
        _entries.AddRange(heldOut);
    }

    /// <inheritdoc/>
    public int TrainingPrompts { get; }

    /// <inheritdoc/>
    public int HeldOutPrompts { get; }

    /// <inheritdoc/>
    public int MaxAnswerTokens { get; }

    /// <inheritdoc/>
    public string Prompt(int index) => _entries[index].Prompt;

    /// <inheritdoc/>
    public double Reward(int index, string answer)
    {
        string expected = _entries[index].Answer;
        bool isRight = _check switch
        {
            AnswerCheck.Exact => answer.AsSpan().Trim().SequenceEqual(expected.AsSpan().Trim()),
            AnswerCheck.Number => LastNumber(answer) is { } number && number == LastNumber(expected),
            AnswerCheck.Regex => Matches(answer, expected),
            _ => throw new InvalidOperationException($"unknown check {_check}"),
        };
        return isRight ? 1 : 0;
    }

    /// <inheritdoc/>
    public (string Prompt, string Answer) WarmStart(long index, ulong seed)
    {
        var random = new TaskRandom(seed, (ulong)index);
        return _entries[random.Below(TrainingPrompts)];
    }

    /// <summary>A pattern that takes too long does not match.</summary>
    private static bool Matches(string answer, string pattern)
    {
        try
        {
            return Regex.IsMatch(answer, Whole(pattern), RegexOptions.None, s_matchTimeout);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static string Whole(string pattern) => $@"\A(?:{pattern})\z";

    /// <exception cref="DataException">No answer could pass this check.</exception>
    private void CheckExpected(string path, int number, string expected)
    {
        if (_check == AnswerCheck.Number && LastNumber(expected) is null)
            throw new DataException(path, number, $"the answer \"{expected}\" has no number to compare with");
        if (_check != AnswerCheck.Regex)
            return;
        try
        {
            _ = new Regex(Whole(expected), RegexOptions.None, s_matchTimeout);
        }
        catch (ArgumentException error)
        {
            throw new DataException(path, number, $"the answer is no regular expression: {error.Message}", error);
        }
    }

    private static (string Prompt, string Answer) Parse(string path, int number, string line)
    {
        try
        {
            var json = JsonNode.Parse(line) as JsonObject;
            return
                (json?["prompt"]?.GetValue<string>(), json?["answer"]?.GetValue<string>()) is ({ } prompt, { } answer)
                ? (prompt, answer)
                : throw new DataException(path, number, "expected an object with the texts \"prompt\" and \"answer\"");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new DataException(path, number, error.Message, error);
        }
    }

    private static decimal? LastNumber(string text) =>
        Number().Matches(text) is [.., var last]
        && decimal.TryParse(last.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value)
            ? value
            : null;

    [GeneratedRegex(@"-?[0-9]+(?:\.[0-9]+)?", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
