// Owns one token of the draw.
namespace Tern.Engine.Sampling;

/// <summary>A token in the draw. The smaller its key (then its id), the better.</summary>
internal record struct Candidate(int Id, float Weight, float Key);
