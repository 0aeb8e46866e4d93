// Owns what a batch of answers does to the policy: loss, clipping, optimizer, and the weights it is kept near to.
using Tern.Kernels;
using Tern.Tensors;
using Tern.Training.Autograd;
using Tern.Training.Language;
using Tern.Training.Optimizers;
using Tern.Training.Rl.Losses;
using Tern.Training.Runs;

namespace Tern.Training.Rl;

internal sealed class PolicyLearner
{
    private readonly RlConfig _config;
    private readonly ITrainingBackend _backend;
    private readonly Decoder _decoder;
    private readonly Decoder? _reference;
    private readonly OptimizerSet _optimizers;
    private readonly LearningRateSchedule _schedule;
    private readonly PolicyStep _policy;

    /// <param name="config">Loss, optimizer, updates.</param>
    /// <param name="decoder">The policy.</param>
    /// <param name="backend">Computes.</param>
    /// <param name="pool">Lends memory.</param>
    /// <param name="longest">Most tokens that an answer may have.</param>
    public PolicyLearner(RlConfig config, Decoder decoder, ITrainingBackend backend, TensorPool pool, int longest)
    {
        _config = config;
        _backend = backend;
        _decoder = decoder;
        _optimizers = new OptimizerSet(backend, decoder.Parameters, config.Optimizer);
        _schedule = config.Optimizer.ScheduleOver(config.Steps);
        _policy = new PolicyStep(decoder, backend, pool, config.Loss, config.MicroBatchTokens, longest);
        if (config.Loss.KlCoefficient != 0)
            _reference = new Decoder(decoder.Config);
    }

    /// <summary>What a checkpoint must keep beside the policy.</summary>
    public IEnumerable<Tensor> State =>
        [
            .. _optimizers.State,
            .. (_reference?.Parameters ?? []).Select(parameter =>
                parameter.Value.Reshape("reference." + parameter.Name, parameter.Value.Shape)
            ),
        ];

    /// <summary>Takes the policy as it is for the one that the divergence is measured from.</summary>
    public void KeepReference()
    {
        foreach (var (to, from) in (_reference?.Parameters ?? []).Zip(_decoder.Parameters))
            from.Values.CopyTo(to.Values);
    }

    /// <summary>Changes the policy; the answers must be by the policy as it is.</summary>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="groups">The answers.</param>
    /// <exception cref="NonFiniteLossException">The numbers ran away.</exception>
    public Learned Learn(long step, IReadOnlyList<RolloutGroup> groups)
    {
        var terms = PolicyTerm.Of(groups, _config.Loss.Advantage);
        if (terms.Count == 0)
            return new Learned(0, 0, 0, 0, 0);
        if (_reference is not null)
        {
            var scores = _policy.Score(_reference, terms);
            terms = [.. terms.Zip(scores, (term, reference) => term with { Reference = reference })];
        }
        double loss = 0;
        double norm = 0;
        double clipped = 0;
        double divergence = 0;
        double? firstDeviation = null;
        PolicyTerm[][] parts = [.. terms.Chunk((terms.Count + _config.Updates - 1) / _config.Updates)];
        foreach (var (index, part) in parts.Index())
        {
            _decoder.ClearGradients();
            var gradient = _policy.Accumulate(part);
            norm = GradientNorm.Clip(_backend, _decoder.Parameters, _config.Optimizer.Clip);
            if (!double.IsFinite(gradient.Loss) || !double.IsFinite(norm))
                throw new NonFiniteLossException(step, "a gradient of the policy loss");
            _optimizers.Step(_schedule.At(step), (step - 1) * _config.Updates + index + 1);
            loss += gradient.Loss / parts.Length;
            clipped += (double)gradient.Clipped / Math.Max(1, gradient.Tokens) / parts.Length;
            divergence += gradient.Divergence / Math.Max(1, gradient.Tokens) / parts.Length;
            firstDeviation ??= gradient.LargestDeviation;
        }
        return new Learned(loss, norm, clipped, firstDeviation ?? 0, divergence);
    }

    /// <summary>What was seen while learning, as <see cref="RlProgress"/> reports it.</summary>
    internal sealed record Learned(
        double Loss,
        double Norm,
        double ClipFraction,
        double FirstDeviation,
        double Divergence
    );
}
