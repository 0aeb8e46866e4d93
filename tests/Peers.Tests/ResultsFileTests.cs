// Owns the proof that results survive an interruption, and that nothing is measured twice without need.
namespace Tern.Peers.Tests;

public sealed class ResultsFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tern-peers-");
    private readonly List<string> _said = [];

    private string Name => Path.Combine(_folder.FullName, "results.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_was_added_is_found_again_whole()
    {
        var outcome = Outcomes.Make() with { BytesPerToken = 1e9 };
        Open().Add(outcome);
        var found = Find(Open())!;
        Assert.Equal(outcome.Speeds.Tern, found.Speeds.Tern);
        Assert.Equal(outcome.Speeds.Peer, found.Speeds.Peer);
        Assert.Equal(outcome with { Speeds = found.Speeds, Load = found.Load }, found);
        Assert.Empty(_said);
    }

    [Fact]
    public void The_last_result_counts()
    {
        var results = Open();
        results.Add(Outcomes.Make(tern: [1]));
        results.Add(Outcomes.Make(tern: [2]));
        Assert.Equal([2], Find(Open())!.Speeds.Tern);
    }

    [Fact]
    public void A_torn_last_line_is_cut_off_and_said()
    {
        Open().Add(Outcomes.Make());
        File.AppendAllText(Name, "{\"processor\":\"a pro");
        Assert.NotNull(Find(Open()));
        Assert.Contains("incomplete", Assert.Single(_said), StringComparison.Ordinal);
        Assert.Single(File.ReadAllLines(Name));
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("")]
    public void A_foreign_line_is_an_error_that_names_it(string line)
    {
        Open().Add(Outcomes.Make());
        File.AppendAllText(Name, line + "\n");
        var error = Assert.Throws<IOException>(Open);
        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("--fresh", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fresh_start_puts_earlier_results_aside()
    {
        Open().Add(Outcomes.Make());
        Assert.Null(Find(ResultsFile.Open(Name, isFresh: true, _said.Add)));
        Assert.Single(File.ReadAllLines(Name + ".previous"));
        Assert.Null(Find(Open()));
    }

    [Fact]
    public void Only_what_is_missing_is_measured()
    {
        var results = Open();
        results.Add(Outcomes.Make());
        results.Add(Outcomes.Make(test: "16 clients over HTTP", peer: []));
        var settings = Outcomes.Settings("prompt-512,decode-1,clients-16");
        Assert.Equal(["decode 64, 1 stream"], Missing(settings, "Q4_0"));
        Assert.Equal(3, Missing(settings, "F16").Length);
        Assert.Equal(3, Missing(settings with { Threads = 4 }, "Q4_0").Length);
        Assert.Equal(3, Missing(settings with { Processor = "another" }, "Q4_0").Length);
        Assert.Equal(3, Missing(settings with { Pairs = 4 }, "Q4_0").Length);
        Assert.Equal(2, Missing(settings with { LlamaServer = "llama-server" }, "Q4_0").Length);

        string[] Missing(ComparisonSettings wanted, string type) =>
            [.. Suite.Missing(results, wanted, "tiny", type).Select(test => test.Title)];
    }

    private ResultsFile Open() => ResultsFile.Open(Name, isFresh: false, _said.Add);

    private static Outcome? Find(ResultsFile results) =>
        results.Find(Outcomes.Processor, 2, "tiny", "Q4_0", "prompt of 512");
}
