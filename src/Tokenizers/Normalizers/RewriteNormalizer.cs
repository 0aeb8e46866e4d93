// Owns normalizers that are one function.
namespace Tern.Tokenizers.Normalizers;

/// <summary>Rewrites text by a pure function.</summary>
internal sealed class RewriteNormalizer(Func<string, string> rewrite) : Normalizer
{
    public override string Normalize(string text) => rewrite(text);
}
