// Owns the way from a model file to a network: which architectures there are.
using Tern.Formats;
using Tern.Kernels;
using Tern.Models.Architectures;
using Tern.Models.Loading;

namespace Tern.Models;

/// <summary>Builds the network that a model file describes.</summary>
public static class ModelLoader
{
    private static readonly Dictionary<string, Func<WeightReader, CausalModel>> Builders = new()
    {
        ["bert"] = Bert.Build,
        ["deepseek2"] = DeepSeek2.Build,
        ["gemma2"] = Gemma2.Build,
        ["gemma3"] = Gemma3.Build,
        ["gpt-oss"] = GptOss.Build,
        ["gpt2"] = Gpt2.Build,
        ["granite"] = Granite.Build,
        ["llama"] = Llama.Build,
        ["nomic-bert"] = NomicBert.Build,
        ["olmo2"] = Olmo2.Build,
        ["phi3"] = Phi3.Build,
        ["qwen2"] = Qwen2.Build,
        ["qwen3"] = Qwen3.Build,
        ["qwen3moe"] = Qwen3Moe.Build,
        ["smollm3"] = SmolLm3.Build,
        ["starcoder2"] = StarCoder2.Build,
    };

    /// <summary>GGUF's names of the architectures that can be loaded, in alphabetical order.</summary>
    public static IReadOnlyCollection<string> Architectures => Builders.Keys;

    /// <summary>Checks every hyperparameter and tensor and wires the network. Weights stay where the file has them.</summary>
    /// <param name="file">The opened model; must outlive the result.</param>
    /// <param name="backend">Runs the operations; must outlive the result.</param>
    /// <param name="contextLength">Tokens a sequence may have, capped by the trained length; null = the trained length.</param>
    /// <exception cref="ModelFormatException">The architecture is unknown, or a key or tensor is missing or wrong.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The context length is not positive.</exception>
    public static CausalModel Load(ModelFile file, IBackend backend, int? contextLength = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(backend);
        if (contextLength is int length)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length, nameof(contextLength));

        string architecture = file.Metadata.GetString("general.architecture");
        if (!Builders.TryGetValue(architecture, out var build))
            throw new ModelFormatException(
                file.Path,
                "general.architecture",
                $"unknown architecture '{architecture}'; known are {string.Join(", ", Builders.Keys)}"
            );
        return build(new WeightReader(file, new Hyperparameters(file, contextLength), backend));
    }
}
