// Owns the proof that tables have a column a type and a row a kind of work, and hide nothing.
namespace Tern.Peers.Tests;

public sealed class SuiteTablesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tern-peers-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Cells_are_ratios_shares_or_the_remark_that_there_is_none()
    {
        string text = Table(
            Outcomes.Make() with
            {
                FlopsPerToken = 1e9,
            },
            Outcomes.Make(test: "16 clients over HTTP", tern: [5, 6, 7], peer: [])
        );
        Assert.Contains("|  | Q4_0 | F16 |\n|---|--:|--:|\n", text, StringComparison.Ordinal);
        Assert.Contains("| prompt of 512 | 1.00 (0.50 to 1.50) | not measured |\n", text, StringComparison.Ordinal);
        Assert.Contains(
            "| … of the rate of float multiply-adds | 10 % and 10 % | not measured |\n",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("| prompt of 512 | 20.0 and 20.0 | not measured |\n", text, StringComparison.Ordinal);
        Assert.Contains(
            "| 16 clients over HTTP | Tern alone: 6.0 tokens/s | not measured |\n",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("--llama-server", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ratios mean little", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Conditions_are_ranges_over_everything_shown()
    {
        var busy = Outcomes.Make(type: "F16") with { Load = [9, 9], Build = "0.1.0+def" };
        string text = Table(Outcomes.Make(), busy);
        Assert.Contains("a processor, 2 threads of each program, 3 pairs each.\n", text, StringComparison.Ordinal);
        Assert.Contains("- memory reads 20.0 GB/s (some way)\n", text, StringComparison.Ordinal);
        Assert.Contains("- float multiply-adds 200 GFLOP/s; no AMX\n", text, StringComparison.Ordinal);
        Assert.Contains("- load average 0.5 to 9.0\n", text, StringComparison.Ordinal);
        Assert.Contains("ratios mean little", text, StringComparison.Ordinal);
        Assert.Contains("- Tern 0.1.0+def: 1 of 2 tests\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("--llama-server", text, StringComparison.Ordinal);
    }

    private string Table(params Outcome[] outcomes)
    {
        var results = ResultsFile.Open(Path.Combine(_folder.FullName, "results.jsonl"), false, _ => { });
        foreach (var outcome in outcomes)
            results.Add(outcome);
        using var writer = new StringWriter { NewLine = "\n" };
        SuiteTables.Write(writer, ["tiny"], ["Q4_0", "F16"], Outcomes.Settings("prompt-512,clients-16"), results);
        return writer.ToString();
    }
}
