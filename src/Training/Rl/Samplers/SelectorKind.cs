// Owns the list of selectors.
namespace Tern.Training.Rl.Samplers;

/// <summary>Ways to choose prompts.</summary>
public enum SelectorKind
{
    /// <summary><see cref="UniformSelector"/>.</summary>
    Uniform,

    /// <summary><see cref="BandPassSelector"/>.</summary>
    BandPass,

    /// <summary><see cref="GresoSelector"/>.</summary>
    Greso,

    /// <summary><see cref="MoppsSelector"/>.</summary>
    Mopps,
}
