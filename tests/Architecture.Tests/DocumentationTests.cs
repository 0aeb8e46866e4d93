// Owns the promise that a path named in a document exists, and that the walks visit files in their order.
using System.Text.RegularExpressions;

namespace Tern.Architecture.Tests;

public partial class DocumentationTests
{
    public static TheoryData<string> Documents =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
                .Append(Path.Combine(Repository.Root, "README.md"))
                .Append(Path.Combine(Repository.Root, "CONTRIBUTING.md"))
                .Select(Repository.Relative)
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_path_in_a_document_exists(string document)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, document));
        var missing = RepositoryPath()
            .Matches(text)
            .Select(match => match.Groups[1].Value)
            .Where(path => !Exists(path));
        Assert.Empty(missing);
    }

    private static bool Exists(string path)
    {
        string full = Path.Combine(Repository.Root, path);
        return File.Exists(full) || Directory.Exists(full);
    }

    [GeneratedRegex("`((?:src|tests|docs|benchmarks|examples|\\.ci)/[A-Za-z0-9_./-]*)`")]
    private static partial Regex RepositoryPath();
}
