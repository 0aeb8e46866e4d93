// Owns the proof that pull gets the right bytes or says why not.
using Tern.Cli.Hub;
using Tern.Cli.Terminal;

namespace Tern.Cli.Tests.Hub;

public sealed class PullTests : IAsyncLifetime, IDisposable
{
    private const string Name = "model-Q4_K_M.gguf";
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notices = [];
    private LocalHub _hub = null!;

    public async Task InitializeAsync() => _hub = await LocalHub.StartAsync();

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_default_mixture_is_pulled_whole()
    {
        byte[] content = _hub.Add(Name);
        _hub.Add("model-Q8_0.gguf");
        var result = await PullAsync("acme/model");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(_folder.PathOf(Name) + "\n", result.Output);
        Assert.Equal(content, File.ReadAllBytes(_folder.PathOf(Name)));
        Assert.Single(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public async Task All_parts_of_a_split_model_are_pulled()
    {
        _hub.Add("q8_0/m-q8_0-00002-of-00002.gguf");
        _hub.Add("q8_0/m-q8_0-00001-of-00002.gguf");
        var result = await PullAsync("acme/model:Q8_0");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, Directory.GetFiles(_folder.PathOf("q8_0")).Length);
    }

    [Fact]
    public async Task A_missing_part_is_noticed_before_anything_is_pulled()
    {
        _hub.Add("m-Q8_0-00002-of-00002.gguf");
        (await PullAsync("acme/model:Q8_0")).AssertFailed(1, "split into 2 files, but 1 are listed");
    }

    [Theory]
    [InlineData(":Q2_K", "no model fits 'Q2_K'")]
    [InlineData(":Q4_K", "no model fits 'Q4_K'")] // not a part of Q4_K_M
    [InlineData("", "no model fits 'Q4_K_M'")]
    public async Task A_missing_mixture_lists_what_there_is(string quant, string problem)
    {
        _hub.Add("model-Q8_0.gguf");
        _hub.Add("model.Q4_K_S.gguf");
        var result = await PullAsync("acme/model" + quant);
        result.AssertFailed(1, problem);
        Assert.Contains("model-Q8_0.gguf, model.Q4_K_S.gguf", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_only_model_needs_no_mixture()
    {
        _hub.Add("model-f16.gguf");
        _hub.Add("mmproj-model-f16.gguf");
        Assert.Equal(0, (await PullAsync("acme/model")).ExitCode);
        Assert.True(File.Exists(_folder.PathOf("model-f16.gguf")));
    }

    [Fact]
    public async Task An_unknown_repository_is_not_found() =>
        (await PullAsync("acme/other")).AssertFailed(1, "acme/other was not found");

    [Theory]
    [InlineData("../evil-Q4_K_M.gguf")]
    [InlineData("/tmp/evil-Q4_K_M.gguf")]
    [InlineData("a/../../evil-Q4_K_M.gguf")]
    [InlineData("a\\..\\evil-Q4_K_M.gguf")]
    public async Task A_path_that_leaves_the_folder_is_refused(string path)
    {
        _hub.Add(path);
        (await PullAsync("acme/model")).AssertFailedLast(1, "would leave the folder");
    }

    [Fact]
    public async Task A_broken_connection_is_resumed_where_it_broke()
    {
        byte[] content = _hub.Add(Name);
        _hub.Cuts.Enqueue(40_000);
        _hub.Cuts.Enqueue(30_000);
        Assert.Equal(content, await DownloadAsync());
        string[] ranges = [.. _hub.Ranges];
        Assert.Equal(["", "bytes=40000-", "bytes=70000-"], ranges);
    }

    [Fact]
    public async Task An_earlier_attempt_is_continued()
    {
        byte[] content = _hub.Add(Name);
        await File.WriteAllBytesAsync(_folder.PathOf(Name + ".partial"), content[..60_000]);
        Assert.Equal(content, await DownloadAsync());
        Assert.Equal(["bytes=60000-"], _hub.Ranges);
    }

    [Fact]
    public async Task An_earlier_attempt_at_another_file_is_thrown_away()
    {
        byte[] content = _hub.Add(Name);
        await File.WriteAllBytesAsync(_folder.PathOf(Name + ".partial"), LocalHub.Content(60_000, seed: 99));
        Assert.Equal(content, await DownloadAsync());
        Assert.Contains(_notices, notice => notice.Contains("starting over", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_without_ranges_sends_all_again()
    {
        byte[] content = _hub.Add(Name);
        _hub.IgnoresRanges = true;
        _hub.Cuts.Enqueue(40_000);
        Assert.Equal(content, await DownloadAsync());
    }

    [Fact]
    public async Task An_overloaded_server_is_asked_again()
    {
        byte[] content = _hub.Add(Name);
        _hub.Statuses.Enqueue(503);
        _hub.Statuses.Enqueue(429);
        Assert.Equal(content, await DownloadAsync());
    }

    [Fact]
    public async Task A_server_that_stays_broken_is_given_up_and_the_part_is_kept()
    {
        _hub.Add(Name);
        _hub.Cuts.Enqueue(40_000);
        using var client = new HubClient(_hub.Address, token: null);
        var download = Download(client, attempts: 1);
        await Assert.ThrowsAsync<HubUnavailableException>(() => PullFirstAsync(client, download));
        Assert.False(File.Exists(_folder.PathOf(Name)));
        Assert.Equal(40_000, new FileInfo(_folder.PathOf(Name + ".partial")).Length);
    }

    [Fact]
    public async Task A_wrong_checksum_leaves_nothing()
    {
        _hub.Add(Name, digest: new string('0', 64));
        (await PullAsync("acme/model")).AssertFailedLast(1, "checksum (SHA-256)");
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public async Task More_bytes_than_announced_leave_nothing()
    {
        _hub.Add(Name, length: 2000, size: 1000);
        (await PullAsync("acme/model")).AssertFailedLast(1, "more than the 1000 bytes");
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public async Task A_file_for_which_the_disk_is_too_small_is_not_begun()
    {
        _hub.Add(Name, size: long.MaxValue / 2);
        (await PullAsync("acme/model")).AssertFailedLast(1, "are free on that disk");
        Assert.Empty(_hub.Ranges);
    }

    [Fact]
    public async Task A_file_that_is_there_already_is_not_pulled_again()
    {
        byte[] content = _hub.Add(Name);
        await File.WriteAllBytesAsync(_folder.PathOf(Name), content);
        Assert.Equal(content, await DownloadAsync());
        Assert.Empty(_hub.Ranges);
    }

    [Fact]
    public async Task Two_pulls_of_one_file_exclude_each_other()
    {
        _hub.Add(Name);
        using var other = await PartialFile.OpenAsync(_folder.PathOf(Name), CancellationToken.None);
        var error = await Assert.ThrowsAsync<HubException>(DownloadAsync);
        Assert.Contains("another pull", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_goes_to_the_endpoint_and_nowhere_else()
    {
        await using var mirror = await LocalHub.StartAsync();
        _hub.Add(Name);
        byte[] content = mirror.Add(Name);
        _hub.RedirectTo = mirror.Address;
        var result = await PullAsync("acme/model", "--token", "secret");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(content, File.ReadAllBytes(_folder.PathOf(Name)));
        Assert.All(_hub.Requests, request => Assert.Equal("Bearer secret", request.Authorization));
        Assert.Equal("", Assert.Single(mirror.Requests).Authorization);
    }

    [Theory]
    [InlineData(401, "give --token")]
    [InlineData(403, "give --token")]
    [InlineData(404, "was not found")]
    [InlineData(400, "answered 400")]
    public async Task A_refusal_says_what_to_do(int status, string advice)
    {
        _hub.Add(Name);
        _hub.Statuses.Enqueue(status);
        (await PullAsync("acme/model")).AssertFailedLast(1, advice);
    }

    [Fact]
    public void The_progress_line_tells_share_rate_and_time_left() =>
        Assert.Equal(
            "[############............]  50.0 %  1.00 MiB of 2.00 MiB  512.00 KiB/s  0:00:02 left  m.gguf",
            TransferLine.Text("m.gguf", 1 << 20, 2 << 20, 1 << 19)
        );

    private Task<TernProcess> PullAsync(string model, params string[] options) =>
        TernProcess.RunAsync(["pull", model, "--endpoint", _hub.Address, "--dir", _folder.Root, .. options]);

    private async Task<byte[]> DownloadAsync()
    {
        using var client = new HubClient(_hub.Address, token: null);
        return await File.ReadAllBytesAsync(await PullFirstAsync(client, Download(client)));
    }

    private HubDownload Download(HubClient client, int attempts = 5) =>
        new(client, Reference, _folder.Root)
        {
            Retries = new RetryPolicy { Attempts = attempts, FirstDelay = TimeSpan.FromMilliseconds(1) },
            Notice = _notices.Add,
            Progress = (_, bytes) => _hub.Received = bytes,
        };

    private static HubReference Reference => HubReference.Parse("acme/model", "main");

    private static async Task<string> PullFirstAsync(HubClient client, HubDownload download)
    {
        var files = await client.ListAsync(Reference, CancellationToken.None);
        return await download.PullAsync(files[0], CancellationToken.None);
    }
}
