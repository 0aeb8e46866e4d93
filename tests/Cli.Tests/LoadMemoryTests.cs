// Owns the bound on memory: what a process takes at most from its start to its first answer.
using Tern.Cli.RandomModels;
using Tern.Formats.Gguf;

namespace Tern.Cli.Tests;

public sealed class LoadMemoryTests : IDisposable
{
    private const int CacheMib = 32;

    // 190 million parameters: enough that the model outweighs the runtime, little enough to be made in seconds.
    private static readonly ModelShape s_shape = new()
    {
        Name = "190m",
        Architecture = "llama",
        Layers = 12,
        Width = 1024,
        Heads = 16,
        KvHeads = 4,
        HeadLength = 64,
        FeedForward = 4096,
        Vocabulary = 16_384,
        Context = 2048,
        RopeBase = 10_000,
        Epsilon = 1e-5f,
        IsTied = true,
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public async Task Memory_stays_below_1_15_of_the_file_and_the_kv_cache_and_100_MB()
    {
        string path = _folder.PathOf("m.gguf");
        using (var model = new RandomModel(s_shape, seed: 1).Build())
            GgufQuantizer.Quantize(model, path, GgufFileType.Q8_0);
        long file = new FileInfo(path).Length;
        Assert.InRange(file, 150 << 20, 250 << 20);
        long bound = (long)(1.15 * file) + (CacheMib << 20) + 100_000_000;

        string[] chat = ["chat", path, "--max-tokens", "2", "--kv-cache-mib", $"{CacheMib}"];
        await AssertBelowAsync("packed", chat);
        await AssertBelowAsync("packed and kept", [.. chat, "--packed-cache"]);
        await AssertBelowAsync("kept", [.. chat, "--packed-cache"]);

        async Task AssertBelowAsync(string how, string[] arguments)
        {
            long peak = await TernChild.PeakBytesAsync("hello", "[", arguments);
            Assert.True(peak <= bound, $"{how}: {peak} bytes for a model of {file}, at most {bound} are allowed");
            Assert.True(peak >= file, $"{how}: {peak} bytes are too few to be the whole of a model of {file}");
        }
    }

    private sealed class LinuxFactAttribute : FactAttribute
    {
        public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "peak memory is read from /proc";
    }
}
