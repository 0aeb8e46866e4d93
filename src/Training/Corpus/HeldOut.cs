// Owns which samples are kept back for evaluation: a tenth, by hash, for ever the same.
namespace Tern.Training.Corpus;

/// <summary>
/// The split between training and evaluation. It depends on what a sample asks and not on a seed, so that no choice of seed can
/// train on what is later asked.
/// </summary>
internal static class HeldOut
{
    private const int OneIn = 10;

    /// <summary>Whether a sum is held out; the order of the summands does not matter.</summary>
    public static bool Sum(int a, int b) =>
        a is >= 10 and <= 99 && b is >= 10 and <= 99 && Contains("sum", Math.Min(a, b), Math.Max(a, b));

    /// <summary>Whether a wording of a question about a fact is held out. The first wording never is: every fact is trained.</summary>
    public static bool Question(int fact, QuestionForm form, int wording) =>
        wording > 0 && Contains("question", fact, (int)form, wording);

    /// <summary>Whether a call of a tool with these arguments is held out.</summary>
    public static bool Call(string tool, IEnumerable<string> arguments) =>
        Contains($"call {tool} {string.Join('|', arguments)}");

    /// <summary>Whether a task over a list, or about an unknown name, is held out.</summary>
    public static bool Task(string task) => Contains($"task {task}");

    private static bool Contains(string what, params ReadOnlySpan<int> numbers)
    {
        // FNV-1a over the characters, then a mix for each number.
        ulong hash = 0xCBF29CE484222325UL;
        foreach (char character in what)
            hash = (hash ^ character) * 0x100000001B3UL;
        hash = SplitMix.Mix(hash);
        foreach (int number in numbers)
            hash = SplitMix.Mix(hash ^ (uint)number);
        return hash % OneIn == 0;
    }
}
