// Owns the habits of a source file: it says what it owns, stays short, and its types have names that say something.
using System.Text.RegularExpressions;

namespace Tern.Architecture.Tests;

public partial class SourceTests
{
    private const int LongestFile = 500;

    [Fact]
    public void A_source_file_opens_by_saying_what_it_owns()
    {
        var silent = Repository
            .Sources("src")
            .Where(path =>
                !File.ReadLines(path).First().TrimStart('\uFEFF').StartsWith("// ", StringComparison.Ordinal)
            );
        Assert.Empty(silent.Select(Repository.Relative));
    }

    [Fact]
    public void A_source_file_is_short_enough_to_read_in_one_go()
    {
        // Tables of constants are data, not prose.
        var longOnes = Repository
            .Sources("src")
            .Where(path => !path.Contains("Codebooks", StringComparison.Ordinal))
            .Select(path => (Path: Repository.Relative(path), Lines: File.ReadLines(path).Count()))
            .Where(file => file.Lines > LongestFile);
        Assert.Empty(longOnes);
    }

    [Fact]
    public void A_type_has_a_name_that_says_something()
    {
        var empty = Repository
            .Sources("src")
            .Where(path => EmptyName().IsMatch(Path.GetFileNameWithoutExtension(path)));
        Assert.Empty(empty.Select(Repository.Relative));
    }

    [Fact]
    public void Nothing_is_left_to_do()
    {
        var marked = Repository
            .Sources("src")
            .Concat(Repository.Sources("tests"))
            .Where(path => LeftToDo().IsMatch(File.ReadAllText(path)));
        Assert.Empty(
            marked.Select(Repository.Relative).Where(path => !path.EndsWith("SourceTests.cs", StringComparison.Ordinal))
        );
    }

    [GeneratedRegex("(Manager|Helper|Helpers|Utils|Util|Common|Impl)$|^(Base|Core)")]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex LeftToDo();
}
