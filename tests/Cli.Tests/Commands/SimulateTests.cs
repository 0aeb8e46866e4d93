// Owns the proof that simulate tells the same in every form, writes its page whole or not at all, and names mistakes.
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tern.Testing;

namespace Tern.Cli.Tests.Commands;

public sealed class SimulateTests
{
    private static readonly string[] _small =
    [
        "simulate",
        "--system",
        "vllm,distserve",
        "--model",
        "opt-13b",
        "--devices",
        "2",
        "--workload",
        "poisson:rate=2,prompt=200,output=20,n=60",
    ];

    [Fact]
    public async Task One_table_fits_a_terminal_and_says_what_its_figures_mean()
    {
        string text = await TernProcess.OutputOfAsync(_small);
        Assert.Contains("SLO: TTFT ≤ 0.25 s, TPOT ≤ 0.1 s", text, StringComparison.Ordinal);
        Assert.Contains("TTFT: first token - arrival", text, StringComparison.Ordinal);
        Assert.Contains("66144 KV tokens each", text, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(text, "(?m)^distserve "));
        Assert.All(
            text.Split('\n').Where(line => line.StartsWith("vllm", StringComparison.Ordinal)),
            line => Assert.InRange(line.Length, 1, 120)
        );
    }

    [Fact]
    public async Task The_readme_s_example_of_several_models_gives_the_figures_beside_it()
    {
        string readme = await File.ReadAllTextAsync(Checkout.PathOf("README.md"));
        string command = Regex.Match(readme, @"tern (simulate --system muxserve[^`]*?) --goodput").Groups[1].Value;
        string[] arguments = command.Split((char[])[' ', '\n', '\\'], StringSplitOptions.RemoveEmptyEntries);
        string text = await TernProcess.OutputOfAsync(arguments);
        var rows = Regex.Matches(readme, @"(?m)^\| (\S+) \([^)]*\) \| ([\d.]+) % \| ([\d.]+) % \| [\d.]+ \|$");
        Assert.Equal(["muxserve", "vllm", "sarathi-serve", "tern"], rows.Select(row => row.Groups[1].Value));
        foreach (Match row in rows)
        {
            var run = Regex.Match(text, $@"(?ms)^{row.Groups[1].Value} +([\d.]+) .*?^  llama-13b +([\d.]+) ");
            Assert.Equal((row.Groups[2].Value, row.Groups[3].Value), (run.Groups[1].Value, run.Groups[2].Value));
        }
    }

    [Fact]
    public async Task Json_and_csv_tell_the_same_and_the_same_every_time()
    {
        string[] rated = [.. _small, "--rate", "1..3:2", "--goodput"];
        var json = JsonNode.Parse(await TernProcess.OutputOfAsync([.. rated, "--json"]))!;
        string csv = await TernProcess.OutputOfAsync([.. rated, "--csv"]);
        Assert.Equal(csv, await TernProcess.OutputOfAsync([.. rated, "--csv"]));
        string[] lines = csv.TrimEnd('\n').Split('\n');
        var systems = json["systems"]!.AsArray();
        Assert.Equal(4, systems.Count);
        Assert.Equal(
            systems.Select(s => $"{s!["system"]},{s["rate_req_s"]},{s["attainment"]}"),
            lines.Skip(1).Select(line => string.Join(',', line.Split(',').Take(3)))
        );
        Assert.All(systems, system => Assert.True((double)system!["goodput_req_s"]! > 2));
    }

    [Fact]
    public async Task The_page_is_one_file_and_the_same_bytes_every_time()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("out.html");
        string[] arguments = [.. _small, "--rate", "1,4,8", "--report", path];
        await TernProcess.OutputOfAsync(arguments);
        string first = await File.ReadAllTextAsync(path);
        await TernProcess.OutputOfAsync(arguments);
        Assert.Equal(first, await File.ReadAllTextAsync(path));
        foreach (
            string figure in new[]
            {
                "SLO attainment against",
                "Distribution of TTFT",
                "KV capacity in use over time",
                "Requests waiting",
            }
        )
            Assert.Contains(figure, first, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFiles(folder.Root));
    }

    [Fact]
    public async Task A_trace_of_ones_own_is_measured_latencies_served()
    {
        using var folder = new TemporaryFolder();
        string trace = folder.PathOf("trace.csv");
        string steps = folder.PathOf("steps.csv");
        await File.WriteAllTextAsync(trace, "arrival_s,prompt_tokens,output_tokens\n0,100,10\n0.5,200,5\n");
        await File.WriteAllTextAsync(
            steps,
            "prefill_tokens,prefill_pairs,decode_sequences,decode_context,ms\n"
                + "100,5050,0,0,20\n200,20100,0,0,30\n0,0,1,100,10\n0,0,8,800,12\n0,0,64,6400,20\n400,80200,0,0,52\n"
        );
        string text = await TernProcess.OutputOfAsync(
            "simulate",
            "--system",
            "vllm",
            "--model",
            "opt-13b",
            "--trace",
            trace,
            "--latency",
            steps
        );
        Assert.Contains("trace.csv: 2 requests", text, StringComparison.Ordinal);
        Assert.Contains("fitted to 6 measurements: error mean", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_leaves_out_what_cannot_be_and_says_so()
    {
        var result = await TernProcess.RunAsync([.. Small("--system", "all"), "--csv"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("left out: dynapipe: it moves layers", result.Error, StringComparison.Ordinal);
        Assert.Contains("\nbullet,", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\ndynapipe", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_names_every_system_and_its_source() =>
        Assert.Contains(
            "SOSP 2023",
            (await TernProcess.OutputOfAsync("simulate", "--system", "list"))
                .Split('\n')
                .Single(line => line.StartsWith("vllm ", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(1, "system 'vlm': unknown; known are", "--system", "vlm")]
    [InlineData(1, "named twice", "--system", "vllm,vllm")]
    [InlineData(1, "model 'gpt-2': unknown; known are", "--model", "gpt-2")]
    [InlineData(1, "give tensor 2", "--model", "opt-66b")]
    [InlineData(1, "device 'tpu': unknown", "--device", "tpu")]
    [InlineData(1, "give a multiple of 3", "--tensor", "3")]
    [InlineData(1, "SLO ttft=0.0001: impossible", "--slo", "ttft=0.0001")]
    [InlineData(1, "service objective, ttf=1", "--slo", "ttf=1")]
    [InlineData(1, "workload, rate", "--workload", "poisson:rate=x")]
    [InlineData(
        1,
        "workload, models: requests are spread over 3",
        "--workload",
        "powerlaw:alpha=1,models=3,rate=2,n=60"
    )]
    [InlineData(1, "row 1, model: missing", "--model", "opt-13b,llama-7b")]
    [InlineData(1, "unknown metric definitions", "--metrics", "mine")]
    [InlineData(1, "prefill:decode", "--split", "1-1")]
    [InlineData(2, "--trace and --workload are both given", "--trace", "x.csv")]
    [InlineData(2, "--rate is '4,2'", "--rate", "4,2")]
    [InlineData(2, "--rate is '1..2'", "--rate", "1..2")]
    [InlineData(2, "--rate is '0'", "--rate", "0")]
    [InlineData(2, "--target", "--target", "1.5")]
    [InlineData(2, "--latency is 'guess'", "--latency", "guess")]
    [InlineData(2, "there is no directory /nowhere", "--report", "/nowhere/x.html")]
    public async Task A_mistake_gets_one_line(int code, string problem, params string[] arguments) =>
        (await TernProcess.RunAsync(Small(arguments))).AssertFailed(code, problem);

    [Fact]
    public async Task Several_models_share_devices_or_have_their_own_and_the_page_shows_both()
    {
        using var folder = new TemporaryFolder();
        string[] arguments =
        [
            "simulate",
            "--system",
            "muxserve,vllm",
            "--model",
            "llama-7b,chat=llama-7b",
            "--devices",
            "2",
            "--workload",
            "powerlaw:alpha=1,models=2,rate=4,prompt=200,output=20,n=60",
        ];
        string text = await TernProcess.OutputOfAsync([.. arguments, "--report", folder.PathOf("out.html")]);
        Assert.Contains("instances: muxserve: ", text, StringComparison.Ordinal);
        Assert.Contains("each model on devices of its own", text, StringComparison.Ordinal);
        Assert.Equal(4, Regex.Count(text, "(?m)^  chat "));
        string page = await File.ReadAllTextAsync(folder.PathOf("out.html"));
        Assert.Equal(4, Regex.Count(page, "<td class=\"part\">chat</td>"));
        Assert.Contains("KV capacity in use over time", page, StringComparison.Ordinal);
        var json = JsonNode.Parse(await TernProcess.OutputOfAsync([.. arguments, "--json"]))!["systems"]!.AsArray();
        Assert.Equal([null, "chat", "llama-7b", null, "chat", "llama-7b"], json.Select(row => (string?)row!["model"]));
    }

    [Fact]
    public async Task A_bad_row_is_named_and_no_page_is_written()
    {
        using var folder = new TemporaryFolder();
        string trace = folder.PathOf("trace.csv");
        await File.WriteAllTextAsync(trace, "arrival_ms,prompt_tokens,output_tokens\n0,100,10\n5,-1,10\n");
        var result = await TernProcess.RunAsync(
            "simulate",
            "--system",
            "vllm",
            "--model",
            "opt-13b",
            "--trace",
            trace,
            "--report",
            folder.PathOf("out.html")
        );
        result.AssertFailed(1, "trace.csv, line 3, prompt_tokens: '-1'");
        Assert.Equal([trace], Directory.GetFiles(folder.Root));
    }

    /// <summary>The small comparison with an option of another value.</summary>
    private static string[] Small(params string[] option)
    {
        int at = Array.IndexOf(_small, option[0]);
        return at < 0 ? [.. _small, .. option] : [.. _small[..at], .. option, .. _small[(at + 2)..]];
    }
}
