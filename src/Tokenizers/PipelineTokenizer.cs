// Owns the order of the steps: added tokens, normalizer, pre-tokenizer, algorithm, and the tokens around the text.
using Tern.Tokenizers.Normalizers;
using Tern.Tokenizers.PreTokenizers;
using Tern.Tokenizers.Vocabularies;

namespace Tern.Tokenizers;

/// <summary>A tokenizer composed of steps; what a file says decides which.</summary>
internal sealed class PipelineTokenizer : Tokenizer
{
    private readonly AddedTokenMatcher? allTokens;
    private readonly AddedTokenMatcher? userTokens;
    private readonly AddedTokenMatcher? allNormalizedTokens;
    private readonly AddedTokenMatcher? userNormalizedTokens;

    /// <summary>Composes a tokenizer.</summary>
    /// <param name="addedTokens">Tokens matched in the text as it is.</param>
    /// <param name="normalizedTokens">Tokens matched in the normalized text.</param>
    public PipelineTokenizer(IReadOnlyList<AddedToken> addedTokens, IReadOnlyList<AddedToken> normalizedTokens)
    {
        allTokens = AddedTokenMatcher.Create(addedTokens);
        userTokens = AddedTokenMatcher.Create(addedTokens.Where(token => !token.IsControl));
        allNormalizedTokens = AddedTokenMatcher.Create(normalizedTokens);
        userNormalizedTokens = AddedTokenMatcher.Create(normalizedTokens.Where(token => !token.IsControl));
    }

    public required Vocabulary Vocabulary { get; init; }
    public required TokenBytes Bytes { get; init; }
    public required WordTokenizer Algorithm { get; init; }
    public Normalizer? Normalizer { get; init; }
    public PreTokenizer? PreTokenizer { get; init; }

    /// <summary>Ids before and after the text when special tokens are added.</summary>
    public required IReadOnlyList<int> Prefix { get; init; }
    public required IReadOnlyList<int> Suffix { get; init; }
    public required SpecialTokens Special { get; init; }
    public required bool AddsSpacePrefix { get; init; }

    public override int VocabularySize => Vocabulary.Count;
    public override int? BosToken => Special.Bos;
    public override int? EosToken => Special.Eos;
    public override int? UnknownToken => Special.Unknown;
    public override int? PadToken => Special.Pad;
    public override bool AddsBos => Prefix.Count > 0;
    public override bool AddsEos => Suffix.Count > 0;
    public override IReadOnlySet<int> EndTokens => Special.Ends;
    public override bool DropsLeadingSpace => AddsSpacePrefix;

    public override ReadOnlySpan<byte> GetBytes(int token) => Bytes[token];

    public override string GetText(int token) => Vocabulary.TextOf(token);

    public override int? FindToken(string text) => Vocabulary.Find(text);

    public override bool IsControl(int token) => Vocabulary.TypeOf(token) is TokenType.Control or TokenType.Unknown;

    public override IReadOnlyList<int> Encode(string text, bool addSpecial = true, bool parseSpecial = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>((text.Length / 3) + 2);
        var words = new List<ReadOnlyMemory<char>>();
        if (addSpecial)
            ids.AddRange(Prefix);
        ForEachPiece(
            text,
            parseSpecial ? allTokens : userTokens,
            ids,
            (piece, start) =>
            {
                string normalized = Normalizer is null ? piece : Normalizer.Normalize(piece);
                ForEachPiece(
                    normalized,
                    parseSpecial ? allNormalizedTokens : userNormalizedTokens,
                    ids,
                    (inner, innerStart) => EncodeText(inner, start + innerStart == 0, words, ids)
                );
            }
        );
        if (addSpecial)
            ids.AddRange(Suffix);
        return ids;
    }

    private static void ForEachPiece(string text, AddedTokenMatcher? matcher, List<int> ids, Action<string, int> onText)
    {
        if (matcher is null)
        {
            if (text.Length > 0)
                onText(text, 0);
            return;
        }
        foreach (var piece in matcher.Split(text))
        {
            if (piece.Token is { } token)
                ids.Add(token.Id);
            else
                onText(text[piece.Start..piece.End], piece.Start);
        }
    }

    private void EncodeText(string text, bool isFirst, List<ReadOnlyMemory<char>> words, List<int> ids)
    {
        words.Clear();
        if (PreTokenizer is null)
            words.Add(text.AsMemory());
        else
            PreTokenizer.Split(text.AsMemory(), isFirst, words);
        Algorithm.Encode(words, ids);
    }
}
