// Owns the log-probability of a chosen token and of its rivals.
namespace Tern.Engine.Requests;

/// <summary>A token, its natural-log probability before temperature and truncation, and the most probable tokens.</summary>
/// <param name="Token">Token id.</param>
/// <param name="Logprob">ln p.</param>
/// <param name="Top">Most probable first; empty when not asked for.</param>
public sealed record TokenLogprob(int Token, float Logprob, IReadOnlyList<(int Token, float Logprob)> Top);
