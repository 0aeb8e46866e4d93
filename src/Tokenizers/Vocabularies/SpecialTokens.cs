// Owns which ids have a role, and which spellings are known to end a turn when a file does not say so.
namespace Tern.Tokenizers.Vocabularies;

/// <summary>The ids with roles.</summary>
internal sealed record SpecialTokens(int? Bos, int? Eos, int? Unknown, int? Pad, IReadOnlySet<int> Ends)
{
    // The spellings that llama.cpp takes for the end of a generation (src/llama-vocab.cpp), since most files name only one.
    private static readonly string[] EndTexts =
    [
        "<|eot_id|>",
        "<|im_end|>",
        "<|end|>",
        "<|return|>",
        "<|call|>",
        "<|flush|>",
        "<|calls|>",
        "<end_of_turn>",
        "<|endoftext|>",
        "<|eom_id|>",
        "<|end_of_text|>",
        "<end_of_utterance>",
        "<turn|>",
        "<|tool_response>",
        "<｜end▁of▁sentence｜>",
    ];

    // These may also be pieces of ordinary text (</s> is a tag of HTML, and a normal token of Qwen).
    private static readonly string[] EndTextsIfNotNormal = ["</s>", "<eos>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "[e~["];

    // Separators between documents end a completion too.
    private static readonly string[] DocumentEndTexts =
    [
        "<|fim_pad|>",
        "<fim-pad>",
        "<fim_pad>",
        "<|fim_repo|>",
        "<|repo_name|>",
        "<fim-repo>",
        "<reponame>",
        "<|file_sep|>",
    ];

    /// <summary>All ids that end a turn: those a file names, and those with a well-known spelling.</summary>
    public static IReadOnlySet<int> FindEnds(Vocabulary vocabulary, IEnumerable<int?> named)
    {
        var ends = new HashSet<int>();
        foreach (string text in EndTexts)
            Add(vocabulary.Find(text));
        foreach (string text in EndTextsIfNotNormal)
        {
            if (vocabulary.Find(text) is { } id && vocabulary.TypeOf(id) is TokenType.Control or TokenType.UserDefined)
                ends.Add(id);
        }
        foreach (string text in DocumentEndTexts)
        {
            if (vocabulary.Find(text) is { } id && vocabulary.TypeOf(id) == TokenType.Control)
                ends.Add(id);
        }

        // gpt-oss and Solar use <|end|> inside a turn: their turns end otherwise. Gemma 4's </s> is plain text.
        bool Has(string text) => vocabulary.Find(text) is { } id && ends.Contains(id);
        if ((Has("<|call|>") || Has("<|calls|>")) && (Has("<|return|>") || Has("<|flush|>")))
            Remove("<|end|>");
        if (Has("<|tool_response>"))
            Remove("</s>");

        foreach (int? id in named)
            Add(id);
        return ends;

        void Add(int? id)
        {
            if (id is { } known)
                ends.Add(known);
        }

        void Remove(string text)
        {
            if (vocabulary.Find(text) is { } id)
                ends.Remove(id);
        }
    }
}
