// Owns the tokens that both contenders get.
namespace Tern.Peers;

/// <summary>Tokens scattered over a vocabulary, the same in every run.</summary>
internal static class TestTokens
{
    /// <summary>Makes some.</summary>
    /// <param name="count">How many.</param>
    /// <param name="vocabulary">Exclusive limit.</param>
    /// <param name="salt">Different numbers, different tokens.</param>
    public static int[] Make(int count, int vocabulary, int salt) =>
        [.. Enumerable.Range(0, count).Select(i => (int)((i * 7919L + salt * 104_729L) % vocabulary))];
}
