// Owns the list of sampling strategies that are compared.
using Tern.Training.Rl;
using Tern.Training.Rl.Samplers;

namespace Tern.Benchmarks.Samplers;

/// <summary>A strategy.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Apply">The configuration with it.</param>
internal sealed record Sampler(string Name, Func<RlConfig, RlConfig> Apply)
{
    /// <summary>All of them; the first is what the others are compared with.</summary>
    public static IReadOnlyList<Sampler> All { get; } =
    [
        new("uniform", config => config),
        Before("band-pass", SelectorKind.BandPass),
        Before("greso", SelectorKind.Greso),
        Before("mopps", SelectorKind.Mopps),
        With("over-sample", new() { OverSample = 1.25 }),
        With("partial", new() { OverSample = 1.25, Partial = true }),
        With("zero-variance", new() { After = FilterKind.ZeroVariance }),
        With("mopps, zero-variance", new() { Before = SelectorKind.Mopps, After = FilterKind.ZeroVariance }),
        With("pods", new() { After = FilterKind.Pods }),
    ];

    private static Sampler Before(string name, SelectorKind kind) => With(name, new() { Before = kind });

    private static Sampler With(string name, RlConfig.SamplingSection sampling) =>
        new(name, config => config with { Sampling = sampling });
}
