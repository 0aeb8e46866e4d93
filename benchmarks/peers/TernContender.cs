// Owns Tern's side of the comparison: the network itself, as "tern bench" times it.
using Tern.Cli.Benchmarks;
using Tern.Cli.Evaluation;
using Tern.Tensors;

namespace Tern.Peers;

/// <summary>The model in Tern, without engine and server.</summary>
/// <param name="network">The opened model; the contender disposes of it.</param>
internal sealed class TernContender(OpenNetwork network) : IContender
{
    /// <inheritdoc/>
    public string Description => $"Tern ({network.Backend.Name})";

    /// <inheritdoc/>
    public int VocabularySize => network.Model.Config.VocabularySize;

    /// <summary>Bytes of weights that a decoding step of one stream reads, in either program.</summary>
    public double StepBytes => StepTraffic.WeightBytes(network.File, batch: 1);

    /// <inheritdoc/>
    public ISequences Sequences(int count, int capacity) =>
        new TernSequences(count, new SequenceBatch(network.Model, count, capacity, DType.F16));

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();

    private sealed class TernSequences(int count, SequenceBatch batch) : ISequences
    {
        private float[] _logits = [];

        public void Clear() => batch.Clear();

        public ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens, OutputRows wanted)
        {
            int rows = wanted switch
            {
                OutputRows.All => tokens.Length,
                OutputRows.Last => count,
                _ => 0,
            };
            int size = checked(rows * batch.Width);
            if (_logits.Length < size)
                _logits = new float[size];
            batch.Append(tokens, wanted, _logits.AsSpan(0, size));
            return _logits.AsSpan(0, size);
        }

        // Tern's workers sleep by themselves within microseconds.
        public void Rest() { }

        public void Dispose() => batch.Dispose();
    }
}
