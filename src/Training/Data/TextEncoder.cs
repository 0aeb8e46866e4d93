// Owns encoding a text of which parts are learned: tokens never cross from one part to the next.
using Tern.Tokenizers;
using Tern.Training.Corpus;

namespace Tern.Training.Data;

/// <param name="tokenizer">Encodes; special tokens that the text spells out become one token each.</param>
internal sealed class TextEncoder(Tokenizer tokenizer)
{
    /// <summary>The tokens of a text and which of them carry loss.</summary>
    /// <param name="text">With special tokens spelled out.</param>
    /// <param name="learned">Parts that carry loss, in order.</param>
    public TrainingExample Encode(string text, IReadOnlyList<LossSpan> learned)
    {
        var tokens = new List<int>();
        var flags = new List<bool>();
        int position = 0;
        foreach (var span in learned)
        {
            Append(text[position..span.Start], isLearned: false);
            Append(text[span.Start..span.End], isLearned: true);
            position = span.End;
        }
        Append(text[position..], isLearned: false);
        if (flags.Count > 0)
            flags[0] = false;
        return new TrainingExample([.. tokens], [.. flags]);

        void Append(string part, bool isLearned)
        {
            if (part.Length == 0)
                return;
            var ids = tokenizer.Encode(part, addSpecial: false, parseSpecial: true);
            tokens.AddRange(ids);
            for (int i = 0; i < ids.Count; i++)
                flags.Add(isLearned);
        }
    }
}
