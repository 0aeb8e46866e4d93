// Owns the option that chooses between speed and exactness of products.
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
            "Products: fast (rounds activations to 8 bits for quantized weights, to 15 in AMX tiles) or float32",
            Numerics.Fast
        );
}
