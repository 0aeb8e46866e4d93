// Owns what a restore policy decides.
namespace Tern.Scheduling.Restore;

/// <summary>What a restore begins now.</summary>
/// <param name="ComputeTokens">Tokens to compute from <see cref="RestoreState.Computed"/> on; 0: nothing, or the side is busy.</param>
/// <param name="LoadTokens">Tokens to read that end at <see cref="RestoreState.Loaded"/>; 0: nothing, or the side is busy.</param>
/// <param name="LookAgainMs">When to ask again even if nothing ends until then; infinity: no need.</param>
public readonly record struct RestoreStep(
    int ComputeTokens,
    int LoadTokens,
    double LookAgainMs = double.PositiveInfinity
);
