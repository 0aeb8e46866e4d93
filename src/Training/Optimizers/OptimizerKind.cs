// Owns the list of optimizers.
namespace Tern.Training.Optimizers;

/// <summary>Optimizers that a run can name.</summary>
public enum OptimizerKind
{
    /// <summary><see cref="Optimizers.AdamW"/>.</summary>
    AdamW,

    /// <summary><see cref="Optimizers.Muon"/> for the matrices of the blocks, AdamW for the rest.</summary>
    Muon,

    /// <summary><see cref="Optimizers.Sgd"/>.</summary>
    Sgd,
}
