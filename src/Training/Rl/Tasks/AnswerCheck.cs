// Owns the list of checks of a file's answers.
namespace Tern.Training.Rl.Tasks;

/// <summary>When an answer counts as right.</summary>
public enum AnswerCheck
{
    /// <summary>It is the expected one, apart from blanks around it.</summary>
    Exact,

    /// <summary>The last number in it is the expected one.</summary>
    Number,

    /// <summary>The expected one is a regular expression that it matches as a whole; one that takes too long does not match.</summary>
    Regex,
}
