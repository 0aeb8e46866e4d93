// Owns the published step-time formulas: vectors computed from DistServe's code, and that the monotone reading is monotone.
using FsCheck;
using FsCheck.Fluent;
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Tests.Latency;

public sealed class ProfiledTests
{
    private static readonly Profiled.Options _published = new() { Reading = Profiled.Reading.Published };

    [Theory]
    [InlineData("opt-13b", 1, 73.149, 157.485, 38.074, 20.295, 34.476, 49.769)]
    [InlineData("opt-13b", 2, 51.497, 106.251, 27.248, 13.533, 23.895, 33.614)]
    [InlineData("opt-66b", 4, 110.114, 233.439, 56.557, 31.055, 43.517, 59.038)]
    public void The_published_reading_gives_the_numbers_of_the_published_code(
        string model,
        int tensor,
        double prefill512,
        double prefillTwo,
        double prefill512OfTwoStages,
        double decodeOne,
        double decode64,
        double decode128
    )
    {
        var profile = ProfileCatalog.Get("distserve", model, tensor);
        var whole = new Profiled(profile, 1, _published);
        Near(prefill512, whole.StepMs(StepShape.Prefill(512)));
        Near(prefillTwo, whole.StepMs(StepShape.Prefill(1024, 256)));
        Near(prefill512OfTwoStages, new Profiled(profile, 2, _published).StageMs(StepShape.Prefill(512), 1));
        Near(decodeOne, whole.StepMs(StepShape.Decode(1, 513)));
        Near(decode64, whole.StepMs(StepShape.Decode(64, 64 * 301)));
        Near(decode128, whole.StepMs(StepShape.Decode(128, 128 * 301)));
    }

    [Theory]
    [InlineData("vllm", 30.68963525855282, 32.98482446677012)]
    [InlineData("distserve", 26.76512367065223, 30.760284619429587)]
    public void Without_the_factors_of_the_last_release_coefficients_are_those_of_the_first(
        string engine,
        double prefill,
        double decode
    )
    {
        var measured = ProfileCatalog
            .All.Single(p => p.Engine == engine && p.Model == "opt-66b" && p.Tensor == 4)
            .Measured;
        Assert.Equal(prefill, measured.Prefill.Fixed, 1e-9);
        Assert.Equal(decode, measured.SmallBatchDecode.Fixed, 1e-9);
    }

    [Fact]
    public void The_stages_of_a_pipeline_add_up_and_only_the_first_dispatches()
    {
        var profile = ProfileCatalog.Get("vllm", "opt-66b", 4);
        var plain = new Profiled(profile, 4, _published);
        var dispatched = new Profiled(profile, 4, Profiled.Options.DistServeSimulator);
        foreach (var step in new[] { StepShape.Prefill(512, 30), StepShape.Decode(7, 2100), Mixed(600, 9, 5000) })
        {
            Assert.Equal(plain.StepMs(step), Enumerable.Range(0, 4).Sum(s => plain.StageMs(step, s)), 9);
            Assert.Equal(plain.StageMs(step, 3), dispatched.StageMs(step, 3), 12);
            var context = step.PrefillContext + step.DecodeContext - step.DecodeTokens;
            Assert.Equal(plain.StageMs(step, 0) + 2 + 0.0001 * context, dispatched.StageMs(step, 0), 9);
            Assert.Equal(plain.StepMs(step) + 2 + 0.0001 * context, dispatched.StepMs(step), 9);
        }
    }

    [Fact]
    public void A_mixed_step_costs_the_prefill_formula_and_the_variable_part_of_decode()
    {
        var profile = ProfileCatalog.Get("distserve", "opt-13b", 1);
        var model = new Profiled(profile, 1, _published);
        var (fixedMs, perContext, perSequence) = profile.SmallBatchDecode;
        Assert.True(fixedMs > 0);
        Assert.Equal(
            model.StepMs(StepShape.Prefill(512)) + perContext * 9000 + perSequence * 30,
            model.StepMs(Mixed(512, 30, 9000)),
            9
        );
    }

    [Fact]
    public void The_published_fits_drop_at_the_switch_and_one_bends_down()
    {
        var drops = ProfileCatalog.All.Where(e =>
        {
            var model = new Profiled(e.Profile, 1, _published);
            return model.StepMs(StepShape.Decode(95, 95 * 300)) < model.StepMs(StepShape.Decode(94, 95 * 300));
        });
        Assert.NotEmpty(drops);
        Assert.Equal(
            ("vllm", "opt-66b", 2),
            ProfileCatalog
                .All.Where(e => e.Profile.Prefill.PerSquare < 0)
                .Select(e => (e.Engine, e.Model, e.Tensor))
                .Single()
        );
    }

    [Fact]
    public void Read_monotonically_more_of_anything_never_takes_less()
    {
        var counts = Gen.Choose(0, 200).Three();
        var cases =
            from entry in Gen.Choose(0, ProfileCatalog.All.Count - 1)
            from stages in Gen.Elements(1, 2, 4)
            from size in counts
            from more in counts
            select (entry, stages, size, more);
        Prop.ForAll(
                Arb.From(cases),
                c =>
                {
                    var model = new Profiled(ProfileCatalog.All[c.entry].Profile, c.stages);
                    var less = Mixed(c.size.Item1 * 10, c.size.Item2, c.size.Item2 + c.size.Item3 * 100);
                    var greater = Mixed(
                        (c.size.Item1 + c.more.Item1) * 10,
                        c.size.Item2 + c.more.Item2,
                        less.DecodeContext + c.more.Item2 + c.more.Item3 * 100
                    );
                    return model.StepMs(less) <= model.StepMs(greater) && model.StepMs(less) > 0;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public void Where_the_fits_are_monotone_both_readings_agree()
    {
        var profile = ProfileCatalog.Get("distserve", "opt-66b", 8);
        foreach (var step in new[] { StepShape.Prefill(800), StepShape.Decode(3, 600), StepShape.Decode(150, 90_000) })
            Assert.Equal(new Profiled(profile, 2, _published).StepMs(step), new Profiled(profile, 2).StepMs(step), 12);
    }

    [Fact]
    public void An_unknown_profile_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() => ProfileCatalog.Get("distserve", "opt-175b", 3));
        Assert.Contains("opt-175b", error.Message, StringComparison.Ordinal);
        Assert.Contains("vllm opt-66b 8", error.Message, StringComparison.Ordinal);
        Assert.Equal(14, ProfileCatalog.All.Count);
    }

    [Fact]
    public void Profiles_that_are_no_durations_and_stages_that_do_not_exist_are_refused()
    {
        var profile = ProfileCatalog.Get("distserve", "opt-13b", 1);
        Assert.Throws<ArgumentException>(() => new Profiled(profile with { Prefill = new(0, 1, 1) }));
        Assert.Throws<ArgumentException>(() => new Profiled(profile with { LargeBatchDecode = new(1, double.NaN, 1) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Profiled(profile, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Profiled(profile, 2).StageMs(StepShape.Prefill(9), 2));
    }

    private static StepShape Mixed(int prefill, int sequences, long context) =>
        StepShape.Prefill(prefill) with
        {
            PrefillSequences = prefill > 0 ? 1 : 0,
            DecodeTokens = sequences,
            DecodeContext = context,
        };

    private static void Near(double expected, double actual) =>
        Assert.InRange(actual, expected - 1e-3, expected + 1e-3);
}
