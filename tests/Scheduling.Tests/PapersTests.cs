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
        string path = Checkout.PathOf("docs", "papers.md");
        string page = Page();
        Assert.True(File.ReadAllText(path) == page, $"docs/papers.md should read:\n{page}");
    }

    private static string Page()
    {
        var page = new StringBuilder(
            """
            # Papers: which published system is which files

            Made from `src/Scheduling/Systems/SystemCatalog.cs`; a test compares the two. A system is a choice on each axis.

            | system | published in | ordering | batching | preemption |
            |---|---|---|---|---|

            """.ReplaceLineEndings("\n")
        );
        foreach (var system in SystemCatalog.All)
        {
            string file = Directory
                .EnumerateFiles(Checkout.PathOf("src", "Scheduling", "Systems"), "*.cs")
                .Single(path => File.ReadAllText(path).Contains($"Name = \"{system.Name}\"", StringComparison.Ordinal));
            page.Append($"| [{system.Name}](../src/Scheduling/Systems/{Path.GetFileName(file)}) | {system.Source} ");
            page.Append($"| `src/Scheduling/Ordering/{system.Ordering.GetType().Name}.cs` ");
            page.Append($"| `src/Scheduling/Batching/{system.Batching.GetType().Name}.cs` ");
            page.Append($"| `src/Scheduling/Preemption/{system.Preemption.GetType().Name}.cs` |\n");
        }
        return page.ToString();
    }
}
