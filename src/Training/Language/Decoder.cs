// Owns a decoder that is trained: its parameters, under the names of GGUF files, and its forward pass on a tape.
using Tern.Kernels;
using Tern.Models.Layers;
using Tern.Training.Autograd;

namespace Tern.Training.Language;

/// <summary>
/// A decoder-only language model on the tape. On the same backend its logits are bitwise those of
/// <see cref="Models.CausalModel"/> with float32 numerics and a float32 cache: the operations and their order are the same.
/// </summary>
public sealed class Decoder
{
    private readonly Parameter _embedding;
    private readonly DecoderLayer[] _layers;
    private readonly Parameter _outputNorm;
    private readonly Parameter _output;

    /// <summary>A decoder of zeros.</summary>
    /// <exception cref="ArgumentException">The shape contradicts itself.</exception>
    public Decoder(DecoderConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        Config = config;
        var frequencies = RopeScaling.Plain(config.HeadDim, config.RopeBase);
        _embedding = new Parameter("token_embd.weight", config.VocabularySize, config.Width);
        _layers = new DecoderLayer[config.Layers];
        for (int i = 0; i < _layers.Length; i++)
            _layers[i] = new DecoderLayer(config, i, frequencies);
        _outputNorm = new Parameter("output_norm.weight", config.Width);
        _output = config.TieEmbeddings
            ? _embedding.Share("output")
            : new Parameter("output.weight", config.VocabularySize, config.Width);
        Parameters =
        [
            _embedding,
            .. _layers.SelectMany(layer => layer.Parameters),
            _outputNorm,
            .. config.TieEmbeddings ? Array.Empty<Parameter>() : [_output],
        ];
    }

    /// <summary>The shape.</summary>
    public DecoderConfig Config { get; }

    /// <summary>All parameters, in the order of a model file.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Elements of all parameters.</summary>
    public long ParameterCount => Parameters.Sum(parameter => parameter.Value.Elements);

    /// <summary>Whether layers run a second time in the backward pass instead of keeping what they made.</summary>
    public bool Recompute { get; set; }

    /// <summary>Adds up what the uses of shared parameters gathered. Once for each optimizer step.</summary>
    public void CollectGradients()
    {
        foreach (var parameter in Parameters)
            parameter.CollectGradient();
    }

    /// <summary>Sets all gradients to zero.</summary>
    public void ClearGradients()
    {
        foreach (var parameter in Parameters)
            parameter.ClearGradient();
    }

    /// <summary>The logits of some rows of a batch, <c>[wanted, vocabulary]</c>.</summary>
    /// <param name="tape">Runs and records the operations.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="wanted">Rows whose logits are wanted, ascending; must not change until the backward pass.</param>
    /// <exception cref="ArgumentOutOfRangeException">A token is outside the vocabulary.</exception>
    public Variable Forward(Tape tape, TokenBatch batch, ReadOnlyMemory<int> wanted)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(batch);
        var x = tape.Embed(_embedding, batch.Tokens);
        foreach (var layer in _layers)
            x = Recompute
                ? tape.Checkpoint(x, (inner, y) => layer.Forward(inner, y, batch))
                : layer.Forward(tape, x, batch);
        x = tape.SelectRows(x, wanted);
        return tape.Linear(tape.RmsNorm(x, _outputNorm, Config.Epsilon), _output);
    }

    /// <summary>
    /// Draws all matrices from a normal distribution of deviation 0.02, those that write to the residual stream divided by
    /// √(2 · layers) (GPT-2's initialization), and sets norms to 1 and biases to 0.
    /// </summary>
    public void Initialize(ulong seed)
    {
        for (int i = 0; i < Parameters.Count; i++)
        {
            var parameter = Parameters[i];
            if (parameter.Value.Shape.Length == 1)
            {
                parameter.Values.Fill(parameter.Name.EndsWith(".bias", StringComparison.Ordinal) ? 0 : 1);
                continue;
            }
            bool writesResidual =
                parameter.Name.Contains("attn_output", StringComparison.Ordinal)
                || parameter.Name.Contains("ffn_down", StringComparison.Ordinal);
            float deviation = writesResidual ? 0.02f / MathF.Sqrt(2 * Config.Layers) : 0.02f;
            InitialNoise.Fill(parameter.Values, deviation, seed, stream: (ulong)i);
        }
    }
}
