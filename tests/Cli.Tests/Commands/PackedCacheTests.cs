// Owns what --packed-cache promises: the same answers from a second start that packs nothing, and no trust in a file that is
// damaged, another's, or cannot be there.
using System.Text;
using System.Text.Json.Nodes;
using Tern.Engine;
using Tern.Kernels;

namespace Tern.Cli.Tests.Commands;

public sealed class PackedCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Model => _folder.PathOf("m.gguf");

    private string Kept => Model + ".tern-packed";

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Q4_0")]
    [InlineData("Q8_0")]
    [InlineData("Q4_K_M")]
    [InlineData("Q5_K_M")]
    [InlineData("F16")]
    public async Task A_second_start_uses_what_the_first_kept_and_answers_the_same(string type)
    {
        await MakeAsync(type);
        string plain = await RunAsync();
        Assert.False(File.Exists(Kept));

        var first = await StartAsync();
        Assert.Equal(plain, first.Output);
        Assert.Contains($"kept in {Kept} for the next start.", first.Error, StringComparison.Ordinal);
        byte[] bytes = await File.ReadAllBytesAsync(Kept);
        var written = File.GetLastWriteTimeUtc(Kept);

        var second = await StartAsync();
        Assert.Equal(plain, second.Output);
        Assert.Empty(second.Error);
        Assert.Contains($"used in place from {Kept}.", await SummaryAsync(), StringComparison.Ordinal);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Kept));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Kept));
    }

    [Fact]
    public async Task A_file_with_any_damage_to_its_header_is_said_and_replaced()
    {
        await MakeAsync("Q4_0");
        string plain = await RunAsync();
        await StartAsync();
        byte[] good = await File.ReadAllBytesAsync(Kept);
        int header = 8 + (int)BitConverter.ToInt64(good);
        for (int i = 0; i < 40; i++)
        {
            byte[] bad = [.. good];
            bad[i < 8 ? i : 8 + (header - 9) * (i - 8) / 31] ^= (byte)(1 << i % 7);
            await ReplacedAsync(bad, $"bit {i % 7} of {i}");
        }

        async Task ReplacedAsync(byte[] bad, string what)
        {
            await File.WriteAllBytesAsync(Kept, bad);
            var start = await StartAsync();
            Assert.Equal(plain, start.Output);
            Assert.True(start.Error.Contains($"in place of what was there ({Kept}: ", StringComparison.Ordinal), what);
            byte[] now = await File.ReadAllBytesAsync(Kept);
            Assert.True(good.SequenceEqual(now), what);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(-1)]
    [InlineData(100_000)]
    public async Task A_file_of_another_length_is_said_and_replaced(int length)
    {
        await MakeAsync("Q8_0");
        await StartAsync();
        byte[] good = await File.ReadAllBytesAsync(Kept);
        byte[] bad = new byte[length < 0 ? good.Length + 1 : length];
        good.AsSpan(0, Math.Min(good.Length, bad.Length)).CopyTo(bad);
        await File.WriteAllBytesAsync(Kept, bad);
        var start = await StartAsync();
        Assert.Contains($"in place of what was there ({Kept}: ", start.Error, StringComparison.Ordinal);
        Assert.Equal(good, await File.ReadAllBytesAsync(Kept));
    }

    [Fact]
    public async Task What_another_model_of_the_same_shape_and_size_left_is_not_used()
    {
        await MakeAsync("Q4_0");
        await StartAsync();
        await MakeAsync("Q4_0", seed: 2);
        string plain = await RunAsync();
        var start = await StartAsync();
        Assert.Equal(plain, start.Output);
        Assert.Contains("tern.packed.source is 'm.gguf, ", start.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_another_version_left_is_not_used()
    {
        await MakeAsync("Q4_0");
        await StartAsync();
        byte[] good = await File.ReadAllBytesAsync(Kept);
        byte[] other = [.. good];
        const string Version = "\"tern.packed.version\":\"";
        other[good.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Version)) + Version.Length]++;
        await File.WriteAllBytesAsync(Kept, other);
        Assert.Contains(
            "tern.packed.version is '2', expected '1'",
            (await StartAsync()).Error,
            StringComparison.Ordinal
        );
        Assert.Equal(good, await File.ReadAllBytesAsync(Kept));
    }

    [Fact]
    public async Task Where_the_file_cannot_be_written_the_model_runs_and_the_reason_is_said()
    {
        await MakeAsync("Q4_0");
        string plain = await RunAsync();
        Directory.CreateDirectory(Kept); // also for root, who may write everywhere
        var start = await StartAsync();
        Assert.Equal(plain, start.Output);
        Assert.Contains($"not kept, {Kept} cannot be written: ", start.Error, StringComparison.Ordinal);
        Assert.Equal([Kept], Directory.GetDirectories(_folder.Root));
        Assert.Equal([Model], Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public async Task Exact_numerics_pack_less_and_leave_what_is_kept_as_it_is()
    {
        await MakeAsync("Q4_0");
        await StartAsync();
        byte[] whole = await File.ReadAllBytesAsync(Kept);
        Assert.Empty((await StartAsync("--numerics", "float32")).Error);
        Assert.Equal(whole, await File.ReadAllBytesAsync(Kept));
    }

    [Fact]
    public async Task Where_nothing_is_packed_nothing_is_kept()
    {
        await MakeAsync("Q4_0");
        Assert.Empty((await StartAsync("--numerics", "float32")).Error);
        Assert.False(File.Exists(Kept));
        Assert.Contains("Packed weights: none", await SummaryAsync(Numerics.Float32), StringComparison.Ordinal);
    }

    [Fact]
    public async Task First_starts_of_several_processes_at_once_leave_one_good_file()
    {
        await MakeAsync("Q4_0");
        string plain = await RunAsync();
        string[] arguments = [.. Arguments, "--packed-cache"];
        var starts = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => TernChild.RunAsync(arguments)));
        Assert.All(starts, start => Assert.Equal((0, Tokens(plain)), (start.ExitCode, Tokens(start.Output))));
        Assert.Equal([Model, Kept], Directory.GetFiles(_folder.Root).Order(StringComparer.Ordinal));
        Assert.Empty((await StartAsync()).Error);
        Assert.Contains($"used in place from {Kept}.", await SummaryAsync(), StringComparison.Ordinal);
    }

    private string[] Arguments =>
        ["run", Model, "w7 w8", "--raw", "--temperature", "0", "--max-tokens", "8", "--json", "--kv-cache-mib", "16"];

    private async Task MakeAsync(string type, int seed = 1) =>
        await TernProcess.OutputOfAsync("random", "tiny", Model, "--type", type, "--seed", $"{seed}");

    private async Task<string> RunAsync() => Tokens(await TernProcess.OutputOfAsync(Arguments));

    private async Task<TernProcess> StartAsync(params string[] more)
    {
        var start = await TernProcess.RunAsync([.. Arguments, "--packed-cache", .. more]);
        Assert.True(start.ExitCode == 0, start.Error);
        return start with { Output = Tokens(start.Output) };
    }

    private async Task<string> SummaryAsync(Numerics numerics = Numerics.Fast)
    {
        var options = new EngineOptions
        {
            PackedCache = true,
            KvCacheBytes = 16 << 20,
            Numerics = numerics,
        };
        await using var engine = LlmEngine.Load(Model, options);
        Assert.Null(engine.PackedNow);
        return string.Join('\n', engine.Info.Summary);
    }

    private static string Tokens(string output) =>
        output.StartsWith('[') ? output : JsonNode.Parse(output)!["tokens"]!.ToJsonString();
}
