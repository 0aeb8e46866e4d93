// Owns the documents of files as token ids.
using Tern.Tokenizers;

namespace Tern.Training.Data;

/// <summary>Documents encoded once, long texts in pieces of the context length.</summary>
public sealed class FileExamples : IExampleSource
{
    private readonly List<TrainingExample> _examples = [];

    /// <param name="documents">What to learn from.</param>
    /// <param name="tokenizer">Encodes them.</param>
    /// <param name="contextLength">Most tokens of a sequence.</param>
    /// <exception cref="DataException">A conversation is longer than the context.</exception>
    public FileExamples(IEnumerable<DataDocument> documents, Tokenizer tokenizer, int contextLength)
    {
        ArgumentNullException.ThrowIfNull(documents);
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
            for (int start = 0; start < example.Tokens.Length; start += contextLength)
            {
                int end = Math.Min(start + contextLength, example.Tokens.Length);
                if (end - start > 1)
                    _examples.Add(new TrainingExample(example.Tokens[start..end], example.Learned[start..end]));
            }
        }
    }

    /// <inheritdoc/>
    public long Count => _examples.Count;

    /// <inheritdoc/>
    public TrainingExample Read(long index) => _examples[checked((int)index)];
}
