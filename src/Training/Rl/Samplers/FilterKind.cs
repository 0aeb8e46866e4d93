// Owns the list of filters.
namespace Tern.Training.Rl.Samplers;

/// <summary>Ways to choose what is learned from.</summary>
public enum FilterKind
{
    /// <summary><see cref="KeepAll"/>.</summary>
    All,

    /// <summary><see cref="ZeroVarianceFilter"/>.</summary>
    ZeroVariance,

    /// <summary><see cref="PodsFilter"/>.</summary>
    Pods,
}
