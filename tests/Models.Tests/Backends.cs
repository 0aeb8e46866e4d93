// Owns the backends that tests run on.
using Tern.Kernels;
using Tern.Kernels.Cpu;
using Tern.Kernels.Reference;

namespace Tern.Models.Tests;

internal static class Backends
{
    public const string Reference = "reference";

    /// <summary>The backend whose bits are compared: the fast one, for it is the one that could be tempted.</summary>
    public const string Fast = "cpu";

    /// <summary>The fast one with activations rounded for integer products.</summary>
    public const string Rounding = "cpu, rounding";

    public static IBackend Create(string name) =>
        name switch
        {
            Fast => new CpuBackend(threads: 2),
            Rounding => new CpuBackend(threads: 2, Numerics.Fast),
            Reference => new ReferenceBackend(),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such backend"),
        };
}
