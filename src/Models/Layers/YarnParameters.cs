// Owns the numbers of YaRN.
namespace Tern.Models.Layers;

/// <summary>What YaRN (arXiv 2309.00071) needs to know.</summary>
/// <param name="Factor">How much longer the context becomes.</param>
/// <param name="OriginalContext">Tokens before the extension.</param>
/// <param name="Base">Base of the frequencies.</param>
/// <param name="BetaFast">Pairs that turn more often than this in the original context keep their frequency.</param>
/// <param name="BetaSlow">Pairs that turn less often than this are slowed by the whole factor.</param>
internal readonly record struct YarnParameters(
    float Factor,
    int OriginalContext,
    float Base,
    float BetaFast,
    float BetaSlow
);
