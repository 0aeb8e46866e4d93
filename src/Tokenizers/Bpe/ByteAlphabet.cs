// Owns GPT-2's spelling of bytes as printable characters (A. Radford et al. 2019, encoder.py: bytes_to_unicode), in which
// byte-level vocabularies are written.

namespace Tern.Tokenizers.Bpe;

/// <summary>A one-to-one map of the 256 bytes to characters: printable Latin-1 stays, the rest follows from U+0100 on.</summary>
internal static class ByteAlphabet
{
    /// <summary>Characters of the alphabet: one a byte.</summary>
    public const int Size = 256;

    private static readonly char[] Chars = BuildChars();
    private static readonly short[] Bytes = BuildBytes();

    /// <summary>The character that spells the byte.</summary>
    public static char CharOf(byte value) => Chars[value];

    /// <summary>The bytes a spelling stands for; characters outside the alphabet stand for themselves.</summary>
    public static byte[] Decode(string text)
    {
        var bytes = new List<byte>(text.Length);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value < Bytes.Length && Bytes[rune.Value] is >= 0 and var value)
                bytes.Add((byte)value);
            else
                bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
        }
        return [.. bytes];
    }

    /// <summary>Whether every character of the text spells a byte.</summary>
    public static bool Covers(string text)
    {
        foreach (char c in text)
        {
            if (c >= Bytes.Length || Bytes[c] < 0)
                return false;
        }
        return true;
    }

    private static char[] BuildChars()
    {
        var chars = new char[Size];
        int next = Size;
        for (int value = 0; value < Size; value++)
            chars[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE
                ? (char)value
                : (char)next++;
        return chars;
    }

    private static short[] BuildBytes()
    {
        var bytes = new short[Chars.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (int value = 0; value < Size; value++)
            bytes[Chars[value]] = (short)value;
        return bytes;
    }
}
