// Owns the outcome of choosing a token.
using Tern.Engine.Requests;

namespace Tern.Engine.Sampling;

/// <summary>A chosen token.</summary>
/// <param name="Token">Token id.</param>
/// <param name="Logprob">Its log-probability and its rivals', when the request asked for them.</param>
public readonly record struct TokenChoice(int Token, TokenLogprob? Logprob);
