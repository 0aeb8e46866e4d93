// Owns the latency model computed from a device sheet, a model's shape and the degrees of parallelism.
namespace Tern.Scheduling.Latency;

/// <summary>
/// Each group of kernels takes as long as its arithmetic or its memory traffic, whichever is longer (Williams, Waterman, Patterson:
/// Roofline, CACM 2009), on the share of the device it has (Bullet, 2504.19516: SM-scaling roofline); what devices exchange comes on top. The
/// groups: matrices of all rows (one pass over the weights), attention of prefills, attention of decodes, and on the last stage LM head and sampling.
/// </summary>
public sealed class Roofline : ISharedLatencyModel, IStagedLatencyModel
{
    private readonly DeviceSheet _device;
    private readonly ModelShape _model;
    private readonly Parallelism _parallelism;
    private readonly RooflineOptions _options;

    /// <summary>Creates the model.</summary>
    /// <param name="device">Every device of the instance.</param>
    /// <param name="model">The model.</param>
    /// <param name="parallelism">How the instance is cut; null for one device.</param>
    /// <param name="options">What part of the peaks is reached; null for the defaults.</param>
    /// <exception cref="ArgumentException">A degree is below 1 or exceeds what can be split: heads by tensor, layers by pipeline.</exception>
    public Roofline(
        DeviceSheet device,
        ModelShape model,
        Parallelism? parallelism = null,
        RooflineOptions? options = null
    )
    {
        var cut = parallelism ?? new Parallelism();
        if (cut.Tensor < 1 || cut.Pipeline < 1 || cut.Sequence < 1)
            throw new ArgumentException($"{cut} has a degree below 1", nameof(parallelism));
        if (cut.Tensor > model.Heads)
            throw new ArgumentException(
                $"{cut} splits the {model.Heads} heads of {model.Name} over more devices than there are heads",
                nameof(parallelism)
            );
        if (cut.Pipeline > model.Layers)
            throw new ArgumentException(
                $"{cut} has more stages than the {model.Layers} layers of {model.Name}",
                nameof(parallelism)
            );
        (_device, _model, _parallelism, _options) = (device, model, cut, options ?? new RooflineOptions());
        _options.Check();
    }

    /// <inheritdoc/>
    public int Stages => _parallelism.Pipeline;

    /// <summary>Layers over all stages.</summary>
    public int Layers => _model.Layers;

    /// <summary>Layers of a stage: as even as they go, the earlier stages no larger.</summary>
    public int LayersOf(int stage) =>
        (int)((stage + 1L) * _model.Layers / Stages - (long)stage * _model.Layers / Stages);

    /// <inheritdoc/>
    public double StepMs(in StepShape step) => StepMs(step, DeviceShare.Whole);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The share is not above 0 and at most 1.</exception>
    public double StepMs(in StepShape step, DeviceShare share)
    {
        var ms = 0.0;
        for (var stage = 0; stage < Stages; stage++)
            ms += StageMs(step, stage, share);
        return ms;
    }

    /// <inheritdoc/>
    public double StageMs(in StepShape step, int stage) => StageMs(step, stage, DeviceShare.Whole);

    /// <summary>Duration in ms of a step on one stage with a share of its devices.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such stage, or the share is not above 0 and at most 1.</exception>
    public double StageMs(in StepShape step, int stage, DeviceShare share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stage);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(stage, Stages);
        return LayersMs(step, LayersOf(stage), share) + BesideLayersMs(step, stage, share);
    }

    /// <summary>Duration in ms of what a stage does beside its layers: starting the batch on the first, LM head and sampling on the last, handing on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is not above 0 and at most 1.</exception>
    public double BesideLayersMs(in StepShape step, int stage, DeviceShare share) =>
        (stage == Stages - 1 ? HeadMs(step, share) : HandOverMs(step)) + (stage == 0 ? _options.StepOverheadMs : 0);

    /// <summary>Duration in ms of a step in some layers of a stage: prefill in layer steps (Bullet), uneven stages (DynaPipe).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is not above 0 and at most 1.</exception>
    public double LayersMs(in StepShape step, int layers, DeviceShare share)
    {
        var rates = Rates(share);
        var (tensor, sequence) = (_parallelism.Tensor, _parallelism.Sequence);
        // Prompts and cached tokens are split over the sequence degree; a weight is read whole on each of its devices.
        var rows = (double)step.Rows / sequence;
        var matrices = Math.Max(
            2.0 * _model.LayerParameters * rows / tensor / rates.MatrixFlops,
            _model.LayerParameters * _model.BytesPerWeight / tensor / rates.Bytes
        );
        var pairFlops = 4.0 * _model.Heads * _model.HeadDimension / (tensor * sequence);
        var kvBytes = _model.LayerKvBytesPerToken / (Math.Min(tensor, _model.KvHeads) * sequence);
        var prefillAttention = Math.Max(
            pairFlops * step.PrefillPairs / rates.AttentionFlops,
            kvBytes * (step.PrefillContext + step.PrefillTokens) / rates.Bytes
        );
        var decodeAttention = Math.Max(
            pairFlops * step.DecodeContext / rates.AttentionFlops,
            kvBytes * (step.DecodeContext + step.DecodeTokens) / rates.Bytes
        );
        // Around the ring goes every prompt's keys and values, hidden behind the attention it feeds (LoongServe).
        var ring =
            sequence == 1 || step.PrefillTokens == 0
                ? 0
                : (sequence - 1) * (_options.ExchangeLatencyMs + 1000 * kvBytes * step.PrefillContext / rates.Link);
        return layers
            * (
                _options.LayerOverheadMs
                + 1000 * (matrices + decodeAttention)
                + Math.Max(1000 * prefillAttention, ring)
                + AllReducesMs(rows, rates.Link)
                + MergeMs(step, rates.Link)
            );
    }

    /// <summary>Duration in ms of the LM head on sampled rows, and of the passes of sampling over their logits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is not above 0 and at most 1.</exception>
    public double HeadMs(in StepShape step, DeviceShare share)
    {
        if (step.SampledTokens == 0)
            return 0;
        var rates = Rates(share);
        var tensor = _parallelism.Tensor;
        var head = Math.Max(
            2.0 * _model.HeadParameters * step.SampledTokens / tensor / rates.MatrixFlops,
            _model.HeadParameters * _model.BytesPerWeight / tensor / rates.Bytes
        );
        const int BytesPerLogit = 4;
        var sampling =
            (double)_options.SamplingPasses * BytesPerLogit * _model.Vocabulary * step.SampledTokens / rates.Bytes;
        return 1000 * (head + sampling);
    }

    /// <summary>The activations of all rows go to the next stage.</summary>
    private double HandOverMs(in StepShape step) =>
        _options.ExchangeLatencyMs
        + 1000 * ActivationBytes(step.Rows) / (_device.InterconnectBytesPerSecond * _options.LinkEfficiency);

    /// <summary>Two a layer, after attention and after the feed-forward network; a ring moves 2(t-1)/t of the activations.</summary>
    private double AllReducesMs(double rows, double link)
    {
        var tensor = _parallelism.Tensor;
        return tensor == 1
            ? 0
            : 2 * (_options.ExchangeLatencyMs + 1000 * 2.0 * (tensor - 1) / tensor * ActivationBytes(rows) / link);
    }

    /// <summary>Decode over the sequence degree sends queries out and partial outputs back once a layer (LoongServe).</summary>
    private double MergeMs(in StepShape step, double link) =>
        _parallelism.Sequence == 1 || step.DecodeTokens == 0
            ? 0
            : 2 * (_options.ExchangeLatencyMs + 1000 * ActivationBytes(step.DecodeTokens) / _parallelism.Tensor / link);

    private double ActivationBytes(double rows) => rows * _model.Hidden * _model.BytesPerWeight;

    /// <summary>What the share reaches: arithmetic in proportion, memory and links in proportion up to their saturation.</summary>
    private (double MatrixFlops, double AttentionFlops, double Bytes, double Link) Rates(DeviceShare share)
    {
        if (!(share.Compute is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(share),
                share.Compute,
                "a share of the compute units must be above 0 and at most 1"
            );
        var flops = _device.FlopsPerSecond * share.Compute;
        var reached = Math.Min(1, share.Compute / _options.BandwidthSaturation);
        return (
            flops * _options.MatrixEfficiency,
            flops * _options.AttentionEfficiency,
            _device.MemoryBytesPerSecond
                * _options.MemoryEfficiency
                * reached
                * (share.Contended ? _options.ContendedBandwidth : 1),
            _device.InterconnectBytesPerSecond * _options.LinkEfficiency * reached
        );
    }
}
