// Owns the option that chooses the element type of keys and values.
using System.CommandLine;
using Tern.Engine;
using Tern.Kernels;
using Tern.Tensors;

namespace Tern.Cli.Options;

/// <summary><c>--kv-cache-type F32|F16|BF16|Q8_0</c>.</summary>
internal static class CacheTypeOption
{
    private const string Name = "--kv-cache-type";

    /// <summary>The option, by default the engine's.</summary>
    public static Option<string> Create() =>
        EnvironmentOption.Create(
            Name,
            $"Element type of keys and values: {KvTypes.Names}",
            new EngineOptions().KvCacheType.ToString()
        );

    /// <summary>What the user chose.</summary>
    /// <exception cref="CommandLineException">There is no such type, or a cache cannot have it.</exception>
    public static DType Read(ParseResult parsed, Option<string> option)
    {
        string name = parsed.GetRequiredValue(option);
        foreach (var type in KvTypes.All)
        {
            if (string.Equals(type.ToString(), name, StringComparison.OrdinalIgnoreCase))
                return type;
        }
        throw new CommandLineException($"{Name} is '{name}'; it must be {KvTypes.Names}");
    }
}
