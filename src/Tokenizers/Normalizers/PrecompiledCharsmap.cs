// Owns SentencePiece's precompiled normalization rules: a double-array trie (Darts, as SentencePiece's normalizer.cc stores
// it) from byte sequences to offsets of their replacements. The longest rule that fits at a place applies.
using System.Buffers.Binary;
using System.Text;

namespace Tern.Tokenizers.Normalizers;

/// <summary>The rules of one model; every index read from the file is checked.</summary>
internal sealed class PrecompiledCharsmap
{
    private readonly uint[] units;
    private readonly byte[] replacements;
    private readonly string field;

    /// <summary>Reads the rules: a little-endian byte count, that many bytes of trie, then zero-terminated replacements.</summary>
    /// <exception cref="TokenizerFormatException">The data is cut off or no whole number of trie units.</exception>
    public PrecompiledCharsmap(ReadOnlySpan<byte> data, string field)
    {
        this.field = field;
        if (data.Length < 4)
            throw new TokenizerFormatException(field, $"has {data.Length} bytes; the size of its trie alone takes 4");
        uint trieBytes = BinaryPrimitives.ReadUInt32LittleEndian(data);
        if (trieBytes % 4 != 0 || trieBytes == 0 || trieBytes > data.Length - 4)
            throw new TokenizerFormatException(
                field,
                $"says its trie has {trieBytes} bytes; it must be a positive multiple of 4 and at most {data.Length - 4}"
            );
        units = new uint[trieBytes / 4];
        for (int i = 0; i < units.Length; i++)
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(data[(4 + (i * 4))..]);
        replacements = data[(4 + (int)trieBytes)..].ToArray();
    }

    /// <summary>Length in bytes of the longest rule at the start of the text, 0 if none, and what replaces it.</summary>
    public int Match(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement)
    {
        int matched = 0;
        uint offset = 0;
        uint node = Base(Unit(0));
        for (int i = 0; i < text.Length && text[i] != 0; i++)
        {
            node ^= text[i];
            uint unit = Unit(node);
            // A unit's label is its low byte, with the top bit set only in leaves.
            if ((unit & 0x8000_00FF) != text[i])
                break;
            node ^= Base(unit);
            if (((unit >> 8) & 1) != 0)
            {
                matched = i + 1;
                offset = Unit(node) & 0x7FFF_FFFF;
            }
        }
        replacement = default;
        if (matched > 0)
        {
            if (offset >= replacements.Length)
                throw new TokenizerFormatException(
                    field,
                    $"points to a replacement at {offset}, past its {replacements.Length} bytes of replacements"
                );
            replacement = replacements.AsSpan((int)offset);
            int end = replacement.IndexOf((byte)0);
            if (end < 0)
                throw new TokenizerFormatException(field, $"has an unterminated replacement at {offset}");
            replacement = replacement[..end];
        }
        return matched;
    }

    /// <summary>Applies the rules along the whole text.</summary>
    public string Apply(string text)
    {
        byte[] source = Encoding.UTF8.GetBytes(text);
        var result = new MemoryStream(source.Length + 16);
        for (int i = 0; i < source.Length; )
        {
            int matched = Match(source.AsSpan(i), out var replacement);
            if (matched > 0)
            {
                result.Write(replacement);
                i += matched;
                continue;
            }
            Rune.DecodeFromUtf8(source.AsSpan(i), out _, out int length);
            result.Write(source, i, length);
            i += length;
        }
        return Encoding.UTF8.GetString(result.GetBuffer(), 0, (int)result.Length);
    }

    private static uint Base(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);

    private uint Unit(uint index) =>
        index < units.Length
            ? units[index]
            : throw new TokenizerFormatException(field, $"points to trie unit {index} of {units.Length}");
}
