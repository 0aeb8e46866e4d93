// Owns the mini language of workloads: what it gives, that it gives the same everywhere, what a wrong one is told.
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Tern.Simulation.Workloads;
using Tern.Simulation.Workloads.Lengths;
using Tern.Testing;

namespace Tern.Simulation.Tests.Workloads;

public sealed class WorkloadSpecTests
{
    [Theory]
    [InlineData(
        "poisson:rate=2,lengths=chat,n=10000,seed=1",
        "d4b071b2919a8977af1e49c1a585d682e7adf599515c51ee27a5960ac7663c4f"
    )]
    [InlineData(
        "gamma:rate=2,cv=4,lengths=mixed,n=10000,seed=2",
        "592a4f23f2391aaf01dd119302d3b3b1cb64164b6c3cc2bc79b454d3d133b70b"
    )]
    [InlineData(
        "fixed:rate=3,prompt=64-512,output=128,n=10000",
        "4081c5c0c80925af9ba40ad5e50b9cfd5899f907ba5ad07d0a6490dede9039e5"
    )]
    [InlineData(
        "poisson:rate=3,prompt=64-512,output=128,n=10000,seed=3",
        "636f50d233635548dce89e689419f2bfdbec29ac83fd990bb86d5407d27071de"
    )]
    [InlineData(
        "bursty:rate=20,lengths=zipf-1.2,n=10000,seed=18446744073709551615",
        "42602269e9940c286855377370da35e89449564d37898b7b7bb91329e85f3c7d"
    )]
    [InlineData(
        "powerlaw:alpha=0.9,models=19,lengths=code,n=10000,seed=7",
        "286b3bd058dfeef106789d015fbedb0e354d19371c90929f2fe9643470a08ab2"
    )]
    public void Ten_thousand_rows_are_the_committed_ones_on_every_machine(string text, string sha256)
    {
        var rows = new StringBuilder();
        foreach (var r in WorkloadSpec.Parse(text).Requests())
            rows.Append(
                CultureInfo.InvariantCulture,
                $"{r.Row},{r.ArrivalMs:R},{r.PromptTokens},{r.OutputTokens},{r.Model}\n"
            );
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(rows.ToString()))));
    }

    [Fact]
    public void Keys_are_read_in_any_order_and_have_presets()
    {
        var spec = WorkloadSpec.Parse("bursty:seed=9,share=0.2,output=5-6,rate=3,peak=2.5,n=7,prompt=4,burst=1.5");
        var process = Assert.IsType<Tern.Simulation.Workloads.Arrivals.BurstyArrivals>(spec.Arrivals);
        Assert.Equal((3, 2.5, 0.2, 1.5), (process.Rate, process.Peak, process.Share, process.BurstSeconds));
        Assert.Equal((7, 9UL), (spec.Count, spec.Seed));
        var requests = spec.Requests().ToArray();
        Assert.Equal(7, requests.Length);
        Assert.All(requests, r => Assert.True(r is { PromptTokens: 4, OutputTokens: 5 or 6, Model: "" }));

        var preset = WorkloadSpec.Parse("poisson:rate=2");
        Assert.Equal((1000, 1UL, 2.0), (preset.Count, preset.Seed, preset.Rate));
        Assert.Equal(
            WorkloadSpec.Parse("poisson:rate=2,lengths=chat,n=1000,seed=1").Requests(),
            preset.Requests(),
            Same
        );
    }

    [Fact]
    public void Another_rate_brings_the_same_requests_sooner()
    {
        foreach (var text in new[] { "gamma:rate=2,cv=3", "powerlaw:alpha=1.3,models=5,rate=2" })
        {
            var slow = WorkloadSpec.Parse(text);
            var fast = slow with { Rate = 20 };
            Assert.Equal(20, fast.Rate, 9);
            Assert.All(
                slow.Requests().Zip(fast.Requests()),
                pair =>
                {
                    Assert.True(Same(pair.First, pair.Second with { ArrivalMs = pair.First.ArrivalMs }));
                    Assert.Equal(pair.First.ArrivalMs / 10, pair.Second.ArrivalMs, 0.0011);
                }
            );
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => WorkloadSpec.Parse("poisson:rate=2") with { Rate = 0 });
    }

    [Fact]
    public void Another_seed_brings_other_requests() =>
        Assert.NotEqual(
            WorkloadSpec.Parse("poisson:rate=2,seed=1").Requests().Select(r => r.ArrivalMs),
            WorkloadSpec.Parse("poisson:rate=2,seed=2").Requests().Select(r => r.ArrivalMs)
        );

    [Theory]
    [InlineData("poisson:rate=9,n=1000000000", 1)]
    [InlineData("powerlaw:alpha=1,models=50,n=1000000000", 50)]
    public void Of_a_billion_requests_those_are_made_that_are_read_and_none_is_kept(string text, int models)
    {
        var counted = new CountedLengths();
        using var rows = (WorkloadSpec.Parse(text) with { Lengths = counted }).Requests().GetEnumerator();
        var first = ReadOne(rows);
        for (var i = 1; i < 10_000; i++)
            Assert.True(rows.MoveNext());
        Assert.InRange(counted.Drawn, 10_000, 10_000 + models);
        GC.Collect();
        Assert.False(first.IsAlive);

        // In a method of its own, so that no local of this one keeps the row.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference ReadOne(IEnumerator<TraceRequest> rows)
        {
            Assert.True(rows.MoveNext());
            return new WeakReference(rows.Current);
        }
    }

    [SharedFact]
    public void Times_of_a_trace_take_generated_lengths()
    {
        var file = SharedData.PathOf("traces", "azure-2023-code.csv");
        var spec = WorkloadSpec.Parse($"trace:file={file},rate=10,prompt=5,output=6,n=100000");
        var requests = spec.Requests().ToArray();
        Assert.Equal(8819, requests.Length);
        Assert.Equal(8818 / 10.0 * 1e3, requests[^1].ArrivalMs, 0.01);
        Assert.Equal(
            8818 / WorkloadSpec.Parse($"trace:file={file}").Rate,
            TraceReader.Read(file)[^1].ArrivalMs / 1e3,
            1e-6
        );
    }

    [Theory]
    [InlineData("", "", "unknown kind ''; known are poisson, gamma, fixed, bursty, trace, powerlaw")]
    [InlineData("uniform:rate=2", "", "unknown kind 'uniform'; known are poisson")]
    [InlineData("poisson", "rate", "poisson needs it: a number from 1E-06 to 1E+06")]
    [InlineData("poisson:", "rate", "poisson needs it")]
    [InlineData("poisson:rate=2,", "", "'' must be key=value")]
    [InlineData("poisson:rate", "", "'rate' must be key=value")]
    [InlineData("poisson:rate=2,cv=4", "cv", "unknown key; poisson takes rate, n, seed, lengths, prompt, output")]
    [InlineData("poisson:rate=2,rate=3", "rate", "the key is there twice")]
    [InlineData("poisson:rate=fast", "rate", "'fast' must be a number from 1E-06 to 1E+06")]
    [InlineData("poisson:rate=-1", "rate", "'-1' must be a number from 1E-06")]
    [InlineData("poisson:rate=NaN", "rate", "'NaN' must be a number from 1E-06")]
    [InlineData("poisson:rate=2,n=0", "n", "'0' must be a whole number from 1 to 1000000000")]
    [InlineData("poisson:rate=2,n=1.5", "n", "'1.5' must be a whole number")]
    [InlineData("poisson:rate=2,seed=-1", "seed", "'-1' must be a whole number from 0 to 18446744073709551615")]
    [InlineData("poisson:rate=2,lengths=poetry", "lengths", "unknown 'poetry'; known are chat, summarization")]
    [InlineData("poisson:rate=2,lengths=chat,prompt=5", "lengths", "give lengths or prompt and output, not both")]
    [InlineData(
        "poisson:rate=2,prompt=5",
        "output",
        "poisson needs it: a number of tokens from 1 to 16777216, or a range"
    )]
    [InlineData("poisson:rate=2,output=5", "prompt", "poisson needs it: a number of tokens")]
    [InlineData("poisson:rate=2,prompt=0,output=5", "prompt", "'0' must be a number of tokens from 1")]
    [InlineData("poisson:rate=2,prompt=9-8,output=5", "prompt", "'9-8' must be a number of tokens from 1")]
    [InlineData("poisson:rate=2,prompt=1-2-3,output=5", "prompt", "'1-2-3' must be a number of tokens")]
    [InlineData("poisson:rate=2,prompt=5,output=16777217", "output", "'16777217' must be a number of tokens")]
    [InlineData("gamma:rate=2", "cv", "gamma needs it: a number from 0.05 to 20")]
    [InlineData("gamma:rate=2,cv=0", "cv", "'0' must be a number from 0.05 to 20")]
    [InlineData("bursty:rate=2,share=1", "share", "'1' must be a number from 0.001 to 0.999")]
    [InlineData("bursty:rate=2,share=0.5,peak=3", "peak", "'3' must be a number from 1.001 to 2")]
    [InlineData("bursty:rate=2,share=0.5", "peak", "bursty needs it: a number from 1.001 to 2")]
    [InlineData("bursty:rate=2,burst=0", "burst", "'0' must be a number from 0.001 to 86400")]
    [InlineData("powerlaw:models=3", "alpha", "powerlaw needs it: a number from 0 to 10")]
    [InlineData("powerlaw:alpha=1", "models", "powerlaw needs it: a whole number from 1 to 1000")]
    [InlineData("powerlaw:alpha=1,models=3,rate=2,max_rate=4", "max_rate", "not both")]
    [InlineData("powerlaw:alpha=10,models=1000,rate=2", "rate", "leaves the least popular model")]
    [InlineData("powerlaw:alpha=10,models=1000", "max_rate", "leaves the least popular model")]
    [InlineData("trace:rate=2", "file", "trace needs it: the path of a .csv or .jsonl trace")]
    [InlineData("trace:file=absent.csv", "file", "'absent.csv' has no usable arrival times")]
    public void A_wrong_description_is_told_key_value_and_what_is_valid(string text, string key, string message)
    {
        var error = Assert.Throws<WorkloadSpecException>(() => WorkloadSpec.Parse(text));
        Assert.Equal(key, error.Key);
        Assert.StartsWith(
            key.Length > 0 ? $"workload, {key}: " : "workload: ",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private sealed class CountedLengths : ILengthDistribution
    {
        public int Drawn { get; private set; }

        public RequestLengths Next(RandomStream random)
        {
            Drawn++;
            return new(8, 8);
        }
    }

    private static bool Same(TraceRequest a, TraceRequest b) =>
        (a.Row, a.ArrivalMs, a.PromptTokens, a.OutputTokens, a.Model)
        == (b.Row, b.ArrivalMs, b.PromptTokens, b.OutputTokens, b.Model);
}
