// Owns the way from the generated corpus to token ids.
using Tern.Tokenizers;
using Tern.Training.Corpus;

namespace Tern.Training.Data;

/// <summary>The corpus of the built-in model: sequence i is its sample i.</summary>
/// <param name="corpus">The generator.</param>
/// <param name="tokenizer">One that knows the special tokens of <see cref="ChatFormat"/>.</param>
/// <param name="contextLength">Most tokens of a sequence.</param>
public sealed class CorpusExamples(CorpusGenerator corpus, Tokenizer tokenizer, int contextLength) : IExampleSource
{
    private readonly TextEncoder _encoder = new(tokenizer);

    /// <inheritdoc/>
    public long Count => long.MaxValue;

    /// <inheritdoc/>
    /// <exception cref="DataException">The sample is longer than the context.</exception>
    public TrainingExample Read(long index)
    {
        var sample = SampleRenderer.Render(corpus[(ulong)index]);
        var example = _encoder.Encode(sample.Text, sample.Learned);
        return example.Tokens.Length <= contextLength
            ? example
            : throw new DataException(
                "builtin",
                0,
                $"sample {index} has {example.Tokens.Length} tokens; the context holds {contextLength}"
            );
    }
}
