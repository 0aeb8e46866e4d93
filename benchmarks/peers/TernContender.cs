// Owns Tern's side of the comparison: the network itself, as "tern bench" times it.
using Tern.Cli;
using Tern.Cli.Benchmarks;
using Tern.Cli.Evaluation;
using Tern.Formats;
using Tern.Kernels;
using Tern.Tensors;

namespace Tern.Peers;

/// <summary>The model in Tern, without engine and server.</summary>
internal sealed class TernContender : IContender
{
    private readonly OpenNetwork _network;

    /// <summary>Loads a model.</summary>
    /// <param name="path">A GGUF file.</param>
    /// <param name="threads">Threads.</param>
    /// <exception cref="CommandLineException">The model is an encoder.</exception>
    public TernContender(string path, int threads)
    {
        _network = OpenNetwork.Open(path, threads, Numerics.Fast);
        if (!_network.Model.Config.IsEncoder)
            return;
        string architecture = _network.Model.Config.Architecture;
        _network.Dispose();
        throw new CommandLineException($"{path} is an encoder ({architecture}); compared are models that generate");
    }

    /// <inheritdoc/>
    public string Description => $"Tern ({_network.Backend.Name})";

    /// <inheritdoc/>
    public int VocabularySize => _network.Model.Config.VocabularySize;

    /// <summary>The model's file.</summary>
    public ModelFile File => _network.File;

    /// <summary>Whether products with the weights round activations to 8 bits.</summary>
    public bool IsRounded => _network.File.Tensors.Values.Any(tensor => tensor.Type.IsQuantized());

    /// <summary>Bytes of weights, keys and values that a decoding step of one stream reads, in either program.</summary>
    /// <param name="length">Tokens before it.</param>
    public double StepBytes(double length) =>
        StepTraffic.WeightBytes(_network.File, batch: 1)
        + StepTraffic.KvBytes(_network.Model, batch: 1, length, DType.F16);

    /// <inheritdoc/>
    public ISequences Sequences(int count, int capacity) =>
        new TernSequences(count, new SequenceBatch(_network.Model, count, capacity, DType.F16));

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    private sealed class TernSequences(int count, SequenceBatch batch) : ISequences
    {
        private float[] _logits = [];

        public void Truncate(int length) => batch.Truncate(length);

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
