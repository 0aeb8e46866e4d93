// Owns the way from the generated corpus to token ids.
using Tern.Tokenizers;
using Tern.Training.Corpus;

namespace Tern.Training.Data;

/// <summary>The corpus of the built-in model: sequence i is its sample i.</summary>
/// <param name="corpus">The generator.</param>
/// <param name="tokenizer">One that knows the special tokens of <see cref="ChatFormat"/>.</param>
public sealed class CorpusExamples(CorpusGenerator corpus, Tokenizer tokenizer) : IExampleSource
{
    private readonly TextEncoder _encoder = new(tokenizer);

    /// <inheritdoc/>
    public long Count => long.MaxValue;

    /// <inheritdoc/>
    public TrainingExample Read(long index)
    {
        var sample = SampleRenderer.Render(corpus[(ulong)index]);
        return _encoder.Encode(sample.Text, sample.Learned);
    }
}
