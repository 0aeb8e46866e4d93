// Owns the list of sampling strategies that are compared.
using Tern.Training.Rl;
using Tern.Training.Rl.Samplers;

namespace Tern.Benchmarks.Samplers;

/// <summary>A strategy.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Sampling">What it puts in place of a configuration's own.</param>
internal sealed record Sampler(string Name, RlConfig.SamplingSection Sampling)
{
    /// <summary>All of them; the first is what the others are compared with.</summary>
    public static IReadOnlyList<Sampler> All { get; } =
    [
        new("uniform", new()),
        new("band-pass", new() { Before = SelectorKind.BandPass }),
        new("greso", new() { Before = SelectorKind.Greso }),
        new("mopps", new() { Before = SelectorKind.Mopps }),
        new("over-sample", new() { OverSample = 1.25 }),
        new("partial", new() { OverSample = 1.25, Partial = true }),
        new("zero-variance", new() { After = FilterKind.ZeroVariance }),
        new("mopps, zero-variance", new() { Before = SelectorKind.Mopps, After = FilterKind.ZeroVariance }),
        new("pods", new() { After = FilterKind.Pods }),
    ];
}
