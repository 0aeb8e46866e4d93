// Owns the documents of files as token ids.
using Tern.Tokenizers;

namespace Tern.Training.Data;

/// <summary>Documents encoded once, long texts in pieces of the context length.</summary>
public sealed class FileExamples : IExampleSource
{
    private readonly List<TrainingExample> _examples = [];

    /// <param name="documents">What to learn from.</param>
    /// <param name="tokenizer">Encodes them.</param>
    /// <param name="contextLength">Most tokens of a sequence, at least 2.</param>
    /// <exception cref="DataException">A conversation is longer than the context.</exception>
    public FileExamples(IEnumerable<DataDocument> documents, Tokenizer tokenizer, int contextLength)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 2);
        var encoder = new TextEncoder(tokenizer);
        foreach (var document in documents)
        {
            var example = encoder.Encode(document.Rendered.Text, document.Rendered.Learned);
            if (example.Tokens.Length > contextLength && !document.CanBeCut)
                throw new DataException(
                    document.Path,
                    document.Line,
                    $"the conversation has {example.Tokens.Length} tokens; the context holds {contextLength}"
                );
            // Pieces overlap by a token, which only stands before the next: so each token but a document's first is learned once.
            for (int start = 0; start + 1 < example.Tokens.Length; start += contextLength - 1)
            {
                int end = Math.Min(start + contextLength, example.Tokens.Length);
                var learned = example.Learned[start..end];
                learned[0] = false;
                _examples.Add(new TrainingExample(example.Tokens[start..end], learned));
            }
        }
    }

    /// <inheritdoc/>
    public long Count => _examples.Count;

    /// <inheritdoc/>
    public TrainingExample Read(long index) => _examples[checked((int)index)];
}
