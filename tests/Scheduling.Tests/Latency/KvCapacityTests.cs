// Owns the computed KV capacity against the published table.
using Tern.Scheduling.Latency;
using Xunit.Abstractions;

namespace Tern.Scheduling.Tests.Latency;

public sealed class KvCapacityTests(ITestOutputHelper output)
{
    private static readonly long _memory = DeviceCatalog.Get("a100-80g").MemoryBytes;

    // With whole embeddings on every device the table is met to a block; split embeddings leave room for up to 5.2 % more.
    [Theory]
    [InlineData(true, 0.0003)]
    [InlineData(false, 0.055)]
    public void The_computed_capacity_is_near_the_published_table(bool embeddingOnEveryDevice, double band)
    {
        var options = new KvCapacity.Options { EmbeddingOnEveryDevice = embeddingOnEveryDevice };
        var deviations = PublishedKvCapacity
            .All.Select(e =>
            {
                var tokens = KvCapacity.Tokens(_memory, ModelCatalog.Get(e.Model), e.Tensor, e.Pipeline, options);
                return (Entry: e, Deviation: (double)tokens / e.Tokens - 1);
            })
            .ToList();
        var worst = deviations.MaxBy(d => Math.Abs(d.Deviation));
        output.WriteLine(
            $"mean {deviations.Average(d => Math.Abs(d.Deviation)):P3}, worst {worst.Deviation:P3} at {worst.Entry}"
        );
        Assert.Equal(76, deviations.Count);
        Assert.All(deviations, d => Assert.InRange(d.Deviation, -band, band));
    }

    [Fact]
    public void A_model_that_does_not_fit_has_no_capacity()
    {
        Assert.Equal(0, KvCapacity.Tokens(_memory, ModelCatalog.Get("opt-66b")));
        Assert.Null(PublishedKvCapacity.Tokens("opt-66b", 1, 1));
        Assert.Equal(78496, PublishedKvCapacity.Tokens("opt-66b", 4, 1));
    }

    [Fact]
    public void Kv_heads_are_split_no_further_than_they_go()
    {
        var model = ModelCatalog.Get("llama-3.1-8b") with { Vocabulary = 0, Layers = 1, Hidden = 0 };
        Assert.Equal(KvCapacity.Tokens(1 << 30, model, 8), KvCapacity.Tokens(1 << 30, model, 16));
        Assert.Throws<ArgumentOutOfRangeException>(() => KvCapacity.Tokens(1 << 30, model, 1, 2));
    }
}
