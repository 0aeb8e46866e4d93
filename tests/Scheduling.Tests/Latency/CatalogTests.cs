// Owns the catalogs of devices and models: official parameter counts, KV sizes, names.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Tests.Latency;

public sealed class CatalogTests
{
    /// <summary>Counts in billions, from the model cards.</summary>
    [Theory]
    [InlineData("opt-13b", 12.853)]
    [InlineData("opt-66b", 65.72)]
    [InlineData("opt-175b", 175)]
    [InlineData("llama-7b", 6.738)]
    [InlineData("llama-13b", 13.016)]
    [InlineData("llama-30b", 32.529)]
    [InlineData("llama-65b", 65.286)]
    [InlineData("llama-2-7b", 6.738)]
    [InlineData("llama-3-8b", 8.030)]
    [InlineData("llama-3.1-8b", 8.030)]
    [InlineData("llama-3.1-70b", 70.554)]
    [InlineData("llama-3.2-1b", 1.236)]
    [InlineData("qwen2.5-0.5b", 0.494)]
    [InlineData("qwen2.5-14b", 14.77)]
    [InlineData("qwen2.5-32b", 32.76)]
    [InlineData("longalpaca-7b", 6.738)]
    [InlineData("longalpaca-13b", 13.016)]
    public void Parameters_follow_from_the_dimensions_within_2_percent(string model, double billions) =>
        Assert.InRange(ModelCatalog.Get(model).Parameters / 1e9, 0.98 * billions, 1.02 * billions);

    [Theory]
    [InlineData("opt-13b", 800)]
    [InlineData("opt-66b", 2304)]
    [InlineData("llama-2-7b", 512)]
    [InlineData("llama-3.1-8b", 128)]
    [InlineData("llama-3.1-70b", 320)]
    [InlineData("qwen2.5-14b", 192)]
    public void Kv_bytes_of_a_token_follow_from_the_dimensions(string model, double kibibytes) =>
        Assert.Equal(kibibytes * 1024, ModelCatalog.Get(model).KvBytesPerToken);

    [Fact]
    public void A_prompt_of_512_tokens_of_OPT_66B_has_the_KV_size_DistServe_states() =>
        // DistServe §3: about 1.13 GB.
        Assert.InRange(512 * ModelCatalog.Get("opt-66b").KvBytesPerToken / (1L << 30), 1.12, 1.135);

    [Fact]
    public void Every_device_has_positive_peaks_and_a_source()
    {
        Assert.Equal(DeviceCatalog.All.Count, DeviceCatalog.All.Select(d => d.Name).Distinct().Count());
        foreach (var device in DeviceCatalog.All)
        {
            Assert.True(device.FlopsPerSecond > 0 && device.MemoryBytesPerSecond > 0 && device.MemoryBytes > 0);
            Assert.True(device.InterconnectBytesPerSecond > 0 && device.HostBytesPerSecond > 0);
            Assert.True(device.ComputeUnits > 0 && device.Source.Length > 0);
            Assert.Same(device, DeviceCatalog.Get(device.Name));
        }
    }

    [Fact]
    public void Unknown_names_are_refused_with_the_known_ones()
    {
        var device = Assert.Throws<ArgumentException>(() => DeviceCatalog.Get("a100"));
        Assert.Contains(
            "unknown device 'a100'; known are a100-40g, a100-80g",
            device.Message,
            StringComparison.Ordinal
        );
        var model = Assert.Throws<ArgumentException>(() => ModelCatalog.Get("OPT-13B"));
        Assert.Contains("unknown model 'OPT-13B'; known are opt-13b, opt-66b", model.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => DeviceCatalog.Cpu(0, 1, 1, 1, 1));
    }
}
