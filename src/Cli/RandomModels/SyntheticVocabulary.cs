// Owns a vocabulary for models that were never trained: it can spell every text, and has the size of the real one.
using System.Globalization;

namespace Tern.Cli.RandomModels;

/// <summary>Byte-level BPE with a handful of merges; the rest is filled up.</summary>
internal static class SyntheticVocabulary
{
    private const int Normal = 1;
    private const int Control = 3;

    // Each joins tokens that are there before it.
    private static readonly string[] s_merges =
    [
        "t h",
        "th e",
        "i n",
        "e r",
        "a n",
        "o n",
        "Ġ t",
        "Ġt he",
        "Ġ a",
        "an d",
        "Ġ s",
        "in g",
    ];

    /// <summary>Writes the tokenizer.ggml.* keys: bytes, merged tokens, fillers, and BOS and EOS at the end.</summary>
    public static void Write(IDictionary<string, object> metadata, int size)
    {
        var tokens = new List<string>(size);
        tokens.AddRange(ByteTokens());
        tokens.AddRange(s_merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal)));
        for (int i = 0; tokens.Count < size - 2; i++)
            tokens.Add(string.Create(CultureInfo.InvariantCulture, $"<fill_{i}>"));
        tokens.Add("<|begin_of_text|>");
        tokens.Add("<|end_of_text|>");
        var types = new int[size];
        Array.Fill(types, Normal);
        types[^1] = types[^2] = Control;
        metadata["tokenizer.ggml.model"] = "gpt2";
        metadata["tokenizer.ggml.pre"] = "gpt-2";
        metadata["tokenizer.ggml.tokens"] = tokens.ToArray();
        metadata["tokenizer.ggml.token_type"] = types;
        metadata["tokenizer.ggml.merges"] = s_merges;
        metadata["tokenizer.ggml.bos_token_id"] = (uint)(size - 2);
        metadata["tokenizer.ggml.eos_token_id"] = (uint)(size - 1);
        metadata["tokenizer.ggml.add_bos_token"] = true;
    }

    // GPT-2's alphabet: a printable character of Latin-1 is itself, every other byte gets the next character from U+0100 on.
    private static IEnumerable<string> ByteTokens()
    {
        char next = '\u0100';
        for (int value = 0; value < 256; value++)
        {
            bool isPrintable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            yield return (isPrintable ? (char)value : next++).ToString();
        }
    }
}
