// Owns the optimizers of one run: which parameter is changed by which, and the float32 masters of rounded parameters.
using Tern.Kernels;
using Tern.Tensors;
using Tern.Training.Autograd;
using Tern.Training.Runs;

namespace Tern.Training.Optimizers;

/// <summary>All optimizers of a run as one.</summary>
public sealed class OptimizerSet : IOptimizer
{
    private readonly List<IOptimizer> _optimizers = [];
    private readonly List<(Parameter Parameter, Tensor Master)> _masters = [];

    /// <param name="backend">Multiplies Muon's matrices.</param>
    /// <param name="parameters">Of the model.</param>
    /// <param name="section">The choice.</param>
    public OptimizerSet(
        ITrainingBackend backend,
        IReadOnlyList<Parameter> parameters,
        TrainingConfig.OptimizerSection section
    )
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(section);
        var adam = new AdamW.Options
        {
            Beta1 = section.Beta1,
            Beta2 = section.Beta2,
            WeightDecay = section.WeightDecay,
        };
        switch (section.Kind)
        {
            case OptimizerKind.AdamW:
                _optimizers.Add(new AdamW(parameters, adam));
                break;
            case OptimizerKind.Muon:
                var muon = new Muon.Options { Momentum = section.Momentum, WeightDecay = section.WeightDecay };
                _optimizers.Add(new Muon(backend, parameters.Where(IsHidden), muon));
                _optimizers.Add(new AdamW(parameters.Where(parameter => !IsHidden(parameter)), adam));
                break;
            case OptimizerKind.Sgd:
                var sgd = new Sgd.Options { Momentum = section.Momentum, WeightDecay = section.WeightDecay };
                _optimizers.Add(new Sgd(parameters, sgd));
                break;
            default:
                throw new ArgumentException($"unknown optimizer {section.Kind}");
        }
        if (section.Weights == WeightPrecision.BFloat16)
        {
            foreach (var parameter in parameters)
                _masters.Add(
                    (parameter, Tensor.FromValues($"master.{parameter.Name}", parameter.Values, parameter.Value.Shape))
                );
            Round();
        }
        State = [.. _optimizers.SelectMany(optimizer => optimizer.State), .. _masters.Select(entry => entry.Master)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> State { get; }

    /// <inheritdoc/>
    public void Step(float learningRate, long step)
    {
        foreach (var (parameter, master) in _masters)
            master.Span<float>().CopyTo(parameter.Values);
        foreach (var optimizer in _optimizers)
            optimizer.Step(learningRate, step);
        foreach (var (parameter, master) in _masters)
            parameter.Values.CopyTo(master.Span<float>());
        if (_masters.Count > 0)
            Round();
    }

    /// <summary>Muon is for matrices between two hidden layers, not for the two ends.</summary>
    private static bool IsHidden(Parameter parameter) =>
        parameter.Value.Shape.Length == 2 && parameter.Name is not ("token_embd.weight" or "output.weight");

    private void Round()
    {
        foreach (var (parameter, _) in _masters)
        {
            foreach (ref float value in parameter.Values)
                value = Nearest(value);
        }
    }

    private static float Nearest(float value)
    {
        if (!float.IsFinite(value))
            return value;
        uint bits = BitConverter.SingleToUInt32Bits(value);
        bits += 0x7fff + ((bits >> 16) & 1);
        return BitConverter.UInt32BitsToSingle(bits & 0xffff0000);
    }
}
