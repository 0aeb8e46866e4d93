// Owns the two directions between ids and spellings, and each id's kind.
using System.Globalization;

namespace Tern.Tokenizers.Vocabularies;

/// <summary>The spellings and types of all ids. Of several ids with one spelling the lowest is the one found by text.</summary>
internal sealed class Vocabulary
{
    private readonly string[] texts;
    private readonly TokenType[] types;
    private readonly Dictionary<string, int> ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> bySpan;

    /// <summary>Takes over the arrays, which have one entry per id.</summary>
    public Vocabulary(string[] texts, TokenType[] types)
    {
        this.texts = texts;
        this.types = types;
        ids = new Dictionary<string, int>(texts.Length, StringComparer.Ordinal);
        for (int id = 0; id < texts.Length; id++)
        {
            ids.TryAdd(texts[id], id);
            LongestText = Math.Max(LongestText, texts[id].Length);
        }
        bySpan = ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Count => texts.Length;

    /// <summary>Length of the longest spelling in UTF-16 units.</summary>
    public int LongestText { get; }

    public string TextOf(int id) => texts[Checked(id)];

    public TokenType TypeOf(int id) => types[Checked(id)];

    /// <summary>Whether the id may come out of an algorithm for plain text, as opposed to being structure.</summary>
    public bool IsText(int id) => types[id] is not (TokenType.Control or TokenType.Unknown);

    public bool TryFind(ReadOnlySpan<char> text, out int id) => bySpan.TryGetValue(text, out id);

    public int? Find(string text) => ids.TryGetValue(text, out int id) ? id : null;

    /// <summary>The byte of a spelling such as <c>&lt;0x0A&gt;</c>.</summary>
    public static bool TryParseByte(string text, out byte value)
    {
        value = 0;
        return text.Length == 6
            && text.StartsWith("<0x", StringComparison.Ordinal)
            && text[5] == '>'
            && byte.TryParse(
                text.AsSpan(3, 2),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out value
            );
    }

    /// <summary>For each byte the id spelled <c>&lt;0xAB&gt;</c>, or -1.</summary>
    public int[] FindByteTokens()
    {
        var found = new int[256];
        for (int value = 0; value < 256; value++)
            found[value] = ids.GetValueOrDefault($"<0x{value:X2}>", -1);
        return found;
    }

    private int Checked(int id) =>
        (uint)id < (uint)texts.Length
            ? id
            : throw new ArgumentOutOfRangeException(
                nameof(id),
                id,
                $"token id {id} is not in the vocabulary of {texts.Length} tokens"
            );
}
