// Owns the roofline: which side of it bounds, that it is monotone, and how far it is from published profiles.
using FsCheck;
using FsCheck.Fluent;
using Tern.Scheduling.Latency;
using Xunit.Abstractions;

namespace Tern.Scheduling.Tests.Latency;

public sealed class RooflineTests(ITestOutputHelper output)
{
    private static readonly DeviceSheet _a100 = DeviceCatalog.Get("a100-80g");
    private static readonly ModelShape _opt13 = ModelCatalog.Get("opt-13b");

    /// <summary>Nothing but the roofline itself.</summary>
    private static readonly RooflineOptions _ideal = new()
    {
        MatrixEfficiency = 1,
        AttentionEfficiency = 1,
        MemoryEfficiency = 1,
        LinkEfficiency = 1,
        LayerOverheadMs = 0,
        StepOverheadMs = 0,
        ExchangeLatencyMs = 0,
        SamplingPasses = 0,
    };

    [Fact]
    public void A_decode_takes_the_time_to_read_weights_and_kv()
    {
        var bytes = 2.0 * (40 * _opt13.LayerParameters + _opt13.HeadParameters) + 1001 * _opt13.KvBytesPerToken;
        var ms = new Roofline(_a100, _opt13, options: _ideal).StepMs(StepShape.Decode(1, 1000));
        Assert.Equal(1000 * bytes / 2039e9, ms, 9);
    }

    [Fact]
    public void A_prefill_takes_the_time_of_its_arithmetic_and_reads_the_head()
    {
        var flops = 2.0 * 40 * _opt13.LayerParameters * 2000 + 4.0 * 40 * 5120 * (2000L * 2001 / 2);
        var ms = new Roofline(_a100, _opt13, options: _ideal).StepMs(StepShape.Prefill(2000));
        Assert.Equal(1000 * (flops / 312e12 + 2.0 * _opt13.HeadParameters / 2039e9), ms, 9);
    }

    [Fact]
    public void Tensor_parallelism_divides_the_work_and_adds_two_all_reduces_a_layer()
    {
        var one = new Roofline(_a100, _opt13, options: _ideal).StepMs(StepShape.Prefill(2000));
        var two = new Roofline(_a100, _opt13, new(Tensor: 2), _ideal).StepMs(StepShape.Prefill(2000));
        Assert.Equal(one / 2 + 1000.0 * 40 * 2 * 2000 * 5120 * 2 / 300e9, two, 9);
    }

    [Fact]
    public void Stages_add_up_and_the_last_one_also_samples()
    {
        var model = new Roofline(_a100, ModelCatalog.Get("opt-66b"), new(Tensor: 2, Pipeline: 3));
        Assert.Equal([21, 21, 22], Enumerable.Range(0, 3).Select(model.LayersOf));
        var step = StepShape.Decode(64, 64 * 400);
        Assert.Equal(model.StepMs(step), Enumerable.Range(0, 3).Sum(s => model.StageMs(step, s)), 9);
        Assert.True(model.StageMs(step, 2) > model.StageMs(step with { SampledTokens = 0 }, 2));
        Assert.Equal(model.StageMs(step, 1), model.StageMs(step with { SampledTokens = 0 }, 1), 12);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.StageMs(step, 3));
    }

    [Fact]
    public void Sequence_parallelism_speeds_long_prompts_and_leaves_the_weight_pass()
    {
        var model = ModelCatalog.Get("llama-2-7b");
        var one = new Roofline(_a100, model, new(Tensor: 2));
        var four = new Roofline(_a100, model, new(Tensor: 2, Sequence: 4));
        Assert.InRange(one.StepMs(StepShape.Prefill(100_000)) / four.StepMs(StepShape.Prefill(100_000)), 3, 4);
        Assert.True(four.StepMs(StepShape.Decode(1, 100)) > one.StepMs(StepShape.Decode(1, 100)));
        Assert.True(four.StepMs(StepShape.Decode(1, 500_000)) < one.StepMs(StepShape.Decode(1, 500_000)));
    }

    [Fact]
    public void Decode_needs_few_compute_units_and_prefill_all_of_them()
    {
        var model = new Roofline(_a100, ModelCatalog.Get("llama-3.1-8b"));
        var (decode, prefill) = (StepShape.Decode(8, 8 * 1000), StepShape.Prefill(4096));
        var half = new DeviceShare(0.5, false);
        Assert.InRange(model.StepMs(decode, half) / model.StepMs(decode), 1, 1.01);
        Assert.InRange(model.StepMs(prefill, half) / model.StepMs(prefill), 1.9, 2);
        Assert.True(model.StepMs(decode, new(0.5, true)) > model.StepMs(decode, half));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.StepMs(decode, new DeviceShare(0, false)));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.StepMs(decode, new DeviceShare(double.NaN, false)));
    }

    [Fact]
    public void More_work_or_a_smaller_share_never_takes_less()
    {
        var sizes = Gen.Choose(0, 300).ArrayOf(7);
        var cases =
            from model in Gen.Choose(0, ModelCatalog.All.Count - 1)
            from device in Gen.Choose(0, DeviceCatalog.All.Count - 1)
            from tensor in Gen.Elements(1, 2, 8)
            from pipeline in Gen.Elements(1, 3)
            from sequence in Gen.Elements(1, 4)
            from size in sizes
            from more in sizes
            from shares in Gen.Choose(1, 100).Two()
            select (model, device, new Parallelism(tensor, pipeline, sequence), size, more, shares);
        Prop.ForAll(
                Arb.From(cases),
                c =>
                {
                    var model = new Roofline(DeviceCatalog.All[c.device], ModelCatalog.All[c.model], c.Item3);
                    var less = Shape(c.size);
                    var greater = Shape([.. c.size.Zip(c.more, (a, b) => a + b)]);
                    var wide = new DeviceShare(Math.Max(c.shares.Item1, c.shares.Item2) / 100.0, false);
                    var narrow = new DeviceShare(Math.Min(c.shares.Item1, c.shares.Item2) / 100.0, c.more[0] % 2 == 0);
                    var ms = model.StepMs(less, wide);
                    return ms > 0 && double.IsFinite(ms) && ms <= model.StepMs(greater, narrow);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    // Not one constant is fitted to these profiles, and the roofline is the faster one everywhere: the profiled engine of 2023 spends time a
    // step beside kernels (decode's fixed part on four devices is 10.3 ms; reading the weights explains 4), which weighs more with more devices.
    [Theory]
    [InlineData("opt-13b", 1, 1.4)]
    [InlineData("opt-13b", 2, 1.7)]
    [InlineData("opt-13b", 4, 2)]
    [InlineData("opt-66b", 4, 1.7)]
    public void Published_profiles_are_within_a_factor(string name, int tensor, double factor)
    {
        var published = new Profiled(
            ProfileCatalog.Get("distserve", name, tensor),
            options: new() { Reading = Profiled.Reading.Published }
        );
        var computed = new Roofline(_a100, ModelCatalog.Get(name), new(tensor));
        StepShape[] steps =
        [
            StepShape.Prefill(512),
            StepShape.Prefill(1024, 256),
            StepShape.Decode(1, 513),
            StepShape.Decode(64, 64 * 301),
            StepShape.Decode(128, 128 * 301),
        ];
        foreach (var step in steps)
        {
            var ratio = computed.StepMs(step) / published.StepMs(step);
            output.WriteLine(
                $"{name} tp{tensor} prefill {step.PrefillTokens} decode {step.DecodeTokens}: "
                    + $"{computed.StepMs(step):F1} of {published.StepMs(step):F1} ms, {ratio:F2}"
            );
            Assert.InRange(ratio, 1 / factor, 1);
        }
    }

    [Fact]
    public void Plans_and_options_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Roofline(_a100, _opt13, new Parallelism(0, 1, 1)));
        Assert.Throws<ArgumentException>(() => new Roofline(_a100, _opt13, new Parallelism(41, 1, 1)));
        Assert.Throws<ArgumentException>(() => new Roofline(_a100, _opt13, new Parallelism(1, 41, 1)));
        Assert.Throws<ArgumentException>(() => new Roofline(_a100, _opt13, options: new() { MatrixEfficiency = 1.2 }));
        Assert.Throws<ArgumentException>(() =>
            new Roofline(_a100, _opt13, options: new() { LayerOverheadMs = double.NaN })
        );
    }

    private static StepShape Shape(int[] size) =>
        new()
        {
            PrefillSequences = size[0],
            PrefillTokens = size[1] * 10,
            PrefillContext = size[2] * 100L,
            PrefillPairs = size[3] * 10_000L,
            DecodeTokens = size[4],
            DecodeContext = size[5] * 100L,
            SampledTokens = size[6],
        };
}
