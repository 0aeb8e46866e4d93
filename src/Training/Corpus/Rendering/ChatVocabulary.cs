// Owns the vocabularies of models that speak in the chat format.
using Tern.Tokenizers.Training;

namespace Tern.Training.Corpus;

/// <summary>Trains them.</summary>
internal static class ChatVocabulary
{
    private const int Bytes = 256;

    /// <summary>Tokens of a vocabulary of bytes and special tokens and nothing else.</summary>
    public static int LeastSize => Bytes + ChatFormat.SpecialTokens.Count;

    /// <summary>A vocabulary with the special tokens of the format.</summary>
    /// <param name="texts">What it is trained on.</param>
    /// <param name="size">Its tokens.</param>
    /// <param name="template">The chat template that goes with it; null for none.</param>
    public static TrainedVocabulary Train(IEnumerable<string> texts, int size, string? template = null) =>
        BpeTrainer.Train(
            texts,
            new BpeTrainingOptions
            {
                VocabularySize = size,
                SpecialTokens = ChatFormat.SpecialTokens,
                BosToken = ChatFormat.Begin,
                EosToken = ChatFormat.End,
                AddBos = true,
                ChatTemplate = template,
            }
        );
}
