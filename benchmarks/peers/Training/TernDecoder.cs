// Owns the decoder of the comparison: a Llama of some 10 million parameters, sequences of 256.
using Tern.Training.Autograd;
using Tern.Training.Language;

namespace Tern.Peers.Training;

internal sealed class TernDecoder : ITernTrainer
{
    private const int Length = 256;
    private const int Sequences = 4;
    private readonly Decoder _decoder;
    private readonly TokenBatch _batch;
    private readonly int[] _rows;
    private readonly int[] _targets;
    private readonly float[] _seed;

    public TernDecoder()
    {
        _decoder = new Decoder(
            new DecoderConfig
            {
                VocabularySize = 2048,
                ContextLength = Length,
                Width = 384,
                Layers = 5,
                Heads = 6,
                KvHeads = 6,
                HeadDim = 64,
                FeedForward = 1024,
            }
        );
        _decoder.Initialize(seed: 1);
        var random = new Random(1);
        int[] tokens = [.. Enumerable.Range(0, Sequences * Length).Select(_ => random.Next(2048))];
        _batch = new TokenBatch([
            .. Enumerable.Range(0, Sequences).Select(i => (ReadOnlyMemory<int>)tokens.AsMemory(i * Length, Length)),
        ]);
        _rows = [.. Enumerable.Range(0, tokens.Length)];
        _targets = [.. tokens.Select(_ => random.Next(2048))];
        _seed = new float[tokens.Length];
        Array.Fill(_seed, -1f / tokens.Length);
    }

    public IReadOnlyList<Parameter> Parameters => _decoder.Parameters;

    public void Differentiate(Tape tape)
    {
        var scores = tape.Score(_decoder.Forward(tape, _batch, _rows), _targets);
        tape.Seed(scores.LogProbabilities, _seed);
        tape.Backward();
        _decoder.CollectGradients();
    }
}
