// Owns the option that chooses between speed and exactness of products with quantized weights.
using System.CommandLine;
using Tern.Kernels;

namespace Tern.Cli.Options;

/// <summary><c>--numerics fast|float32</c>.</summary>
internal static class NumericsOption
{
    /// <summary>The option, by default fast.</summary>
    public static Option<Numerics> Create() =>
        EnvironmentOption.Create(
            "--numerics",
            "Products with quantized weights: fast (activations rounded to 8 bits) or float32",
            Numerics.Fast
        );
}
