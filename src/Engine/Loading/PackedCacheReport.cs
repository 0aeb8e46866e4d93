// Owns what a load says about the file of packed weights.
namespace Tern.Engine.Loading;

/// <summary>How it went with the file.</summary>
/// <param name="Sentence">For the engine's summary.</param>
/// <param name="IsNews">Whether something was written, or could not be: worth a line of its own.</param>
internal sealed record PackedCacheReport(string Sentence, bool IsNews);
