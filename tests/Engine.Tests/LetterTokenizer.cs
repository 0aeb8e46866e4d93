// Owns a tokenizer of single letters for tests that need text but no vocabulary.
using System.Text;
using Tern.Tokenizers;

namespace Tern.Engine.Tests;

/// <summary>Token 0 is the end; token i is the letter i - 1 of the alphabet, over and over.</summary>
internal sealed class LetterTokenizer(int size) : Tokenizer
{
    private readonly byte[][] _bytes =
    [
        .. Enumerable.Range(0, size).Select(i => i == 0 ? "<end>"u8.ToArray() : [(byte)('a' + (i - 1) % 26)]),
    ];

    public override int VocabularySize => size;
    public override int? BosToken => null;
    public override int? EosToken => 0;
    public override int? UnknownToken => null;
    public override int? PadToken => null;
    public override bool AddsBos => false;
    public override bool AddsEos => false;
    public override IReadOnlySet<int> EndTokens { get; } = new HashSet<int> { 0 };
    public override bool DropsLeadingSpace => false;

    public override IReadOnlyList<int> Encode(string text, bool addSpecial = true, bool parseSpecial = true) =>
        [.. text.Select(c => c - 'a' + 1)];

    public override ReadOnlySpan<byte> GetBytes(int token) => _bytes[token];

    public override string GetText(int token) => Encoding.UTF8.GetString(_bytes[token]);

    public override int? FindToken(string text) => text == "<end>" ? 0 : text[0] - 'a' + 1;

    public override bool IsControl(int token) => token == 0;
}
