// Owns the promise that docs/papers.md says what the catalog says.
using System.Text;
using Tern.Scheduling.Systems;
using Tern.Testing;

namespace Tern.Scheduling.Tests;

public class PapersTests
{
    [Fact]
    public void The_page_of_papers_is_the_catalog()
    {
        var path = Checkout.PathOf("docs", "papers.md");
        var page = Page();
        if (Environment.GetEnvironmentVariable("TERN_WRITE_DOCS") == "1")
            File.WriteAllText(path, page);
        Assert.True(
            File.ReadAllText(path) == page,
            $"docs/papers.md is not up to date; TERN_WRITE_DOCS=1 writes:\n{page}"
        );
    }

    private static string Page()
    {
        var page = new StringBuilder(
            """
            # Papers: which published system is which files

            Made from `src/Scheduling/Systems/SystemCatalog.cs` by a test that compares the two and, with `TERN_WRITE_DOCS=1`, writes this page. A
            system is a choice on each axis; axes it leaves alone are not named.

            | system | published in | composition |
            |---|---|---|

            """.ReplaceLineEndings("\n")
        );
        foreach (var system in SystemCatalog.All)
        {
            var file = Directory
                .EnumerateFiles(Checkout.PathOf("src", "Scheduling", "Systems"), "*.cs")
                .Single(path => File.ReadAllText(path).Contains($"Name = \"{system.Name}\"", StringComparison.Ordinal));
            page.Append($"| [{system.Name}](../src/Scheduling/Systems/{Path.GetFileName(file)}) | {system.Source} ");
            page.Append($"| {string.Join("<br>", Axes(system))} |\n");
        }
        page.Append($"| [{LoongServe.Name}](../src/Scheduling/Systems/LoongServe.cs) | {LoongServe.Source} ");
        page.Append(
            "| a scheduler of its own for tokens spread over instances: `src/Scheduling/Partitioning/ElasticInstances` |\n"
        );
        return page.ToString();
    }

    private static IEnumerable<string> Axes(ServingSystem system)
    {
        yield return Axis("ordering", system.Ordering);
        yield return Axis("batching", system.Batching);
        if (system.DecodeBatching is not null)
            yield return Axis("decode batching", system.DecodeBatching);
        yield return Axis("preemption", system.Preemption);
        yield return Axis("eviction", system.Eviction(1));
        if (system.Restore is not null)
            yield return Axis("restore", system.Restore);
        yield return Axis("routing", system.Routing);
        if (system.Migration is not null)
            yield return Axis("migration", system.Migration);
        if (system.Partitioning is not null)
            yield return Axis("partitioning", system.Partitioning);
        if (system.Sharing is not null)
            yield return Axis("sharing", system.Sharing);
        if (system.Reservation != KvReservation.Paged)
            yield return $"reservation {system.Reservation}";
        if (system.AnswersTogether)
            yield return "answers handed out together";
    }

    private static string Axis(string name, object policy)
    {
        var file = Directory
            .EnumerateFiles(
                Checkout.PathOf("src", "Scheduling"),
                $"{policy.GetType().Name}.cs",
                SearchOption.AllDirectories
            )
            .Single();
        return $"{name} `{Path.GetRelativePath(Checkout.PathOf(), file).Replace('\\', '/')}`";
    }
}
