// Owns which options make sense, and that a steady step allocates nothing to speak of.
namespace Tern.Scheduling.Tests;

public sealed class SchedulerOptionsTests
{
    public static TheoryData<SchedulerOptions, string> Bad =>
        new()
        {
            {
                new() { BlockCount = 0 },
                "BlockCount"
            },
            {
                new() { BlockCount = int.MaxValue },
                "BlockCount"
            },
            {
                new() { BlockCount = 1, BlockSize = 0 },
                "BlockSize"
            },
            {
                new() { BlockCount = 1, MaxSequences = 0 },
                "MaxSequences"
            },
            {
                new() { BlockCount = 1, MaxBatchTokens = 255 },
                "MaxBatchTokens"
            },
            {
                new() { BlockCount = 1, MaxModelLength = 1 },
                "MaxModelLength"
            },
            {
                new() { BlockCount = 1, Watermark = 1 },
                "Watermark"
            },
            {
                new() { BlockCount = 1, Watermark = double.NaN },
                "Watermark"
            },
        };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Options_that_make_no_sense_are_refused_by_name(SchedulerOptions options, string name)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => new Scheduler(options));
        Assert.Equal(name, refused.ParamName);
        Assert.Contains("must be", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steady_decoding_of_64_sequences_allocates_next_to_nothing()
    {
        var scheduler = new Scheduler(
            new SchedulerOptions
            {
                BlockCount = 4096,
                MaxSequences = 64,
                MaxBatchTokens = 4096,
            }
        );
        for (var i = 0; i < 64; i++)
            scheduler.Add(Drive.Request($"{i}", 40, 900, first: i * 100), 0);
        var results = new SampledToken[64];
        for (var i = 0; i < 50; i++)
            Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 500; i++)
            Step();
        var bytesPerStep = (GC.GetAllocatedBytesForCurrentThread() - before) / 500;
        // What remains is the doubling of token lists and block tables.
        Assert.InRange(bytesPerStep, 0, 1024);

        void Step()
        {
            var batch = scheduler.Next(0)!;
            Assert.Equal(64, batch.Items.Length);
            scheduler.Complete(batch, results, 0);
        }
    }
}
