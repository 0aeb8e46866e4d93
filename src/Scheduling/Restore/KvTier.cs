// Owns what a scheduler knows of the slower memory from which prefixes can be loaded.
namespace Tern.Scheduling.Restore;

/// <summary>A tier (disk, another machine) that holds keys and values of prefixes seen before.</summary>
/// <param name="ReadMs">Ms that a read costs whatever its size.</param>
/// <param name="LoadMsPerToken">Ms for each token read: bytes of its keys and values over the tier's bandwidth.</param>
public sealed record KvTier(double ReadMs, double LoadMsPerToken);
