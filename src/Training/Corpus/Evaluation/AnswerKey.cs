// Owns when two answers are the same.
namespace Tern.Training.Corpus;

/// <summary>
/// The key of an answer: lower case, spaces single, no mark at the end. Answers are right when keys are equal, and not when they
/// resemble each other.
/// </summary>
internal static class AnswerKey
{
    private static readonly char[] s_spaces = [' ', '\n', '\t', '\r'];

    public static string Of(string answer) =>
        string.Join(' ', answer.Split(s_spaces, StringSplitOptions.RemoveEmptyEntries))
            .TrimEnd('.', '!')
            .ToLowerInvariant();
}
