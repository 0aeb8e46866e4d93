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

    [Theory]
    [InlineData("chat")]
    [InlineData("simulation")]
    public void A_walk_leads_from_each_file_to_one_that_is_linked_to_it(string walk)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "walks", $"{walk}.md"));
        var visited = new List<(string Name, string Source)>();
        foreach (Match match in RepositoryPath().Matches(text))
        {
            string path = match.Groups[1].Value;
            var file = (
                Name: Path.GetFileNameWithoutExtension(path),
                Source: File.ReadAllText(Path.Combine(Repository.Root, path))
            );
            bool linked =
                visited.Count == 0
                || visited.Any(earlier => Names(earlier.Source, file.Name) || Names(file.Source, earlier.Name));
            Assert.True(linked, $"{path} is linked to no file before it in the walk");
            visited.Add(file);
        }
        Assert.True(visited.Count > 10);
    }

    private static bool Names(string source, string type) =>
        Regex.IsMatch(source, $@"\b{type}\b", RegexOptions.NonBacktracking);

    private static bool Exists(string path)
    {
        string full = Path.Combine(Repository.Root, path);
        return File.Exists(full) || Directory.Exists(full);
    }

    [GeneratedRegex("`((?:src|tests|docs|benchmarks|examples|\\.ci)/[A-Za-z0-9_./-]*)`")]
    private static partial Regex RepositoryPath();
}
