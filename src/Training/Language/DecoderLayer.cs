// Owns one block of a decoder that is trained.
using Tern.Kernels;
using Tern.Training.Autograd;

namespace Tern.Training.Language;

/// <summary>x += attention(norm(x)), then x += feedForward(norm(x)).</summary>
internal sealed class DecoderLayer
{
    private readonly DecoderConfig _config;
    private readonly float[] _frequencies;
    private readonly List<Parameter> _parameters = [];
    private readonly Parameter _attentionNorm;
    private readonly Parameter _query;
    private readonly Parameter _key;
    private readonly Parameter _value;
    private readonly Parameter? _queryBias;
    private readonly Parameter? _keyBias;
    private readonly Parameter? _valueBias;
    private readonly Parameter? _queryNorm;
    private readonly Parameter? _keyNorm;
    private readonly Parameter _attentionOutput;
    private readonly Parameter _feedForwardNorm;
    private readonly Parameter _gate;
    private readonly Parameter _up;
    private readonly Parameter _down;

    public DecoderLayer(DecoderConfig config, int index, float[] frequencies)
    {
        _config = config;
        _frequencies = frequencies;
        int queries = config.Heads * config.HeadDim;
        int keys = config.KvHeads * config.HeadDim;
        _attentionNorm = Add("attn_norm.weight", config.Width);
        _query = Add("attn_q.weight", queries, config.Width);
        _key = Add("attn_k.weight", keys, config.Width);
        _value = Add("attn_v.weight", keys, config.Width);
        if (config.Architecture == DecoderArchitecture.Qwen2)
        {
            _queryBias = Add("attn_q.bias", queries);
            _keyBias = Add("attn_k.bias", keys);
            _valueBias = Add("attn_v.bias", keys);
        }
        if (config.Architecture == DecoderArchitecture.Qwen3)
        {
            _queryNorm = Add("attn_q_norm.weight", config.HeadDim);
            _keyNorm = Add("attn_k_norm.weight", config.HeadDim);
        }
        _attentionOutput = Add("attn_output.weight", config.Width, queries);
        _feedForwardNorm = Add("ffn_norm.weight", config.Width);
        _gate = Add("ffn_gate.weight", config.FeedForward, config.Width);
        _up = Add("ffn_up.weight", config.FeedForward, config.Width);
        _down = Add("ffn_down.weight", config.Width, config.FeedForward);

        Parameter Add(string name, params ReadOnlySpan<long> shape)
        {
            var parameter = new Parameter($"blk.{index}.{name}", shape);
            _parameters.Add(parameter);
            return parameter;
        }
    }

    public IReadOnlyList<Parameter> Parameters => _parameters;

    public Variable Forward(Tape tape, Variable x, TokenBatch batch)
    {
        x = tape.Add(x, Attend(tape, tape.RmsNorm(x, _attentionNorm, _config.Epsilon), batch));
        var normalized = tape.RmsNorm(x, _feedForwardNorm, _config.Epsilon);
        var gated = tape.Gate(tape.Linear(normalized, _gate), tape.Linear(normalized, _up), Activation.Silu);
        return tape.Add(x, tape.Linear(gated, _down));
    }

    private Variable Attend(Tape tape, Variable x, TokenBatch batch)
    {
        var query = Project(tape, x, _query, _queryBias, _queryNorm);
        var key = Project(tape, x, _key, _keyBias, _keyNorm);
        var value = tape.Linear(x, _value);
        if (_valueBias is not null)
            value = tape.AddBias(value, _valueBias);
        var mixed = tape.Attention(
            tape.Rope(query, batch.Positions, _config.Heads, _frequencies, _config.RopeStyle),
            tape.Rope(key, batch.Positions, _config.KvHeads, _frequencies, _config.RopeStyle),
            value,
            batch.Starts,
            _config.Heads,
            _config.KvHeads,
            1 / MathF.Sqrt(_config.HeadDim)
        );
        return tape.Linear(mixed, _attentionOutput);
    }

    private Variable Project(Tape tape, Variable x, Parameter weight, Parameter? bias, Parameter? norm)
    {
        var y = tape.Linear(x, weight);
        if (bias is not null)
            y = tape.AddBias(y, bias);
        if (norm is not null)
            y = tape.RmsNorm(y, norm, _config.Epsilon);
        return y;
    }
}
