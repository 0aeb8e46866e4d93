// Owns a tokenizer small enough to know by heart: bytes are ids, 256 begins a text, 257 ends it.
using System.Text;
using Tern.Tokenizers;

namespace Tern.Server.Tests;

internal sealed class ByteTokenizer : Tokenizer
{
    private static readonly byte[] s_bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

    public override int VocabularySize => 258;
    public override int? BosToken => 256;
    public override int? EosToken => 257;
    public override int? UnknownToken => null;
    public override int? PadToken => null;
    public override bool AddsBos => true;
    public override bool AddsEos => false;
    public override IReadOnlySet<int> EndTokens { get; } = new HashSet<int> { 257 };
    public override bool DropsLeadingSpace => false;

    public override IReadOnlyList<int> Encode(string text, bool addSpecial = true, bool parseSpecial = true)
    {
        var ids = Encoding.UTF8.GetBytes(text).Select(b => (int)b);
        return addSpecial ? [256, .. ids] : [.. ids];
    }

    public override ReadOnlySpan<byte> GetBytes(int token) =>
        token < 256 ? s_bytes.AsSpan(token, 1) : Encoding.UTF8.GetBytes(GetText(token));

    public override string GetText(int token) =>
        token switch
        {
            256 => "<s>",
            257 => "</s>",
            _ => ((char)token).ToString(),
        };

    public override int? FindToken(string text) => null;

    public override bool IsControl(int token) => token >= 256;
}
