// Owns the ratio in which instances are divided between prefill and decode.
using System.Globalization;

namespace Tern.Simulation.Deployments;

/// <summary>Of every <see cref="Prefill"/> + <see cref="Decode"/> instances so many prefill and so many decode.</summary>
/// <param name="Prefill">Instances that prefill; at least 1.</param>
/// <param name="Decode">Instances that decode; at least 1.</param>
public sealed record PhaseSplit(int Prefill, int Decode)
{
    /// <summary>Reads <c>prefill:decode</c>, for example <c>2:1</c>.</summary>
    /// <exception cref="DeploymentException">It is no such ratio.</exception>
    public static PhaseSplit Parse(string text) =>
        text.Split(':') is [var prefill, var decode]
        && int.TryParse(prefill, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
        && int.TryParse(decode, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
        && first is >= 1 and <= 1 << 20
        && second is >= 1 and <= 1 << 20
            ? new(first, second)
            : throw new DeploymentException(
                $"split '{text}'",
                "it must be prefill:decode with whole numbers from 1 on, for example 2:1"
            );

    /// <summary>As it is written.</summary>
    public override string ToString() => $"{Prefill}:{Decode}";
}
