// Owns the roofline of a tensor-parallel transformer among others on the same devices: what its steps ask of each resource.
namespace Tern.Scheduling.Latency;

/// <summary>
/// <see cref="Roofline"/> for LLMs that share devices: it tells arithmetic, traffic and launches apart, so that a simulation can say how
/// much jobs slow each other. Arithmetic scales with the share of the compute units; bandwidth does not until the share is small, which
/// is why decodes can be given few (MuxServe, ICML 2024, §2.2). Its constants describe the engine that MuxServe was built on, as the step
/// times it published show it, each LLM measured alone.
/// </summary>
public sealed class ColocatedRoofline : ISharedLatencyModel
{
    private readonly DeviceSheet _device;
    private readonly ModelShape _model;
    private readonly int _devices;
    private readonly Options _options;

    /// <summary>Creates the model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no device, or there are more than heads to split.</exception>
    public ColocatedRoofline(DeviceSheet device, ModelShape model, int devices, Options? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(devices, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(devices, model.Heads);
        (_device, _model, _devices, _options) = (device, model, devices, options ?? new Options());
    }

    /// <summary>What the engine reaches of the device.</summary>
    public sealed record Options
    {
        /// <summary>Share of the peak arithmetic; 0.6: 8 prompts of 512 tokens on one A100 take 304 ms for LLaMA 7B, 531 for 13B.</summary>
        public double ArithmeticEfficiency { get; init; } = 0.6;

        /// <summary>Share of the peak bandwidth; 0.6: a decode of one sequence takes 20.2 ms for 13B, whose weights could be read in 12.8.</summary>
        public double BandwidthEfficiency { get; init; } = 0.6;

        /// <summary>Share of the links' peak that all-reduces reach.</summary>
        public double LinkEfficiency { get; init; } = 0.8;

        /// <summary>
        /// Share of the compute units that draws the whole bandwidth; 0.45: a decode at 30 % of the SMs takes 1.5 times as long as at
        /// 100 %, at 50 % hardly longer.
        /// </summary>
        public double BandwidthSaturation { get; init; } = 0.45;

        /// <summary>
        /// Ms in which the host launches the kernels of a layer; 0.39: with enough GPUs, small decodes take 12.5 ms for 32 layers, 15.6
        /// for 40, 23.4 for 60 and 31.2 for 80, whatever the layers' size.
        /// </summary>
        public double LaunchMsPerLayer { get; init; } = 0.39;

        /// <summary>Ms of every step that nothing hides: scheduling, and overheads that come on top of the device's work.</summary>
        public double HostMsPerStep { get; init; }

        /// <summary>Ms of scheduling for each sequence of a decode (released estimator: 0.10 for 7B, 0.08 for 13B, 0.07 above).</summary>
        public double HostMsPerSequence { get; init; }
    }

    /// <summary>
    /// With the engine that <see cref="Roofline"/> describes, so that systems can be compared as if they were built alike: the same
    /// efficiencies, and overheads that add up as they do there.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no device, or there are more than heads to split.</exception>
    public static ColocatedRoofline Of(DeviceSheet device, ModelShape model, int devices)
    {
        var engine = new RooflineOptions();
        var layerMs = engine.LayerOverheadMs + (devices > 1 ? 2 * engine.ExchangeLatencyMs : 0);
        return new(
            device,
            model,
            devices,
            new Options
            {
                ArithmeticEfficiency = engine.MatrixEfficiency,
                BandwidthEfficiency = engine.MemoryEfficiency,
                LinkEfficiency = engine.LinkEfficiency,
                BandwidthSaturation = engine.BandwidthSaturation,
                LaunchMsPerLayer = 0,
                HostMsPerStep = engine.StepOverheadMs + model.Layers * layerMs,
            }
        );
    }

    /// <inheritdoc/>
    public double StepMs(in StepShape step) => Demand(step, 1).AloneMs;

    /// <inheritdoc/>
    /// <remarks>A contended step is taken to have half of the bandwidth; <see cref="Demand"/> tells more.</remarks>
    public double StepMs(in StepShape step, DeviceShare share) =>
        Demand(step, share.Compute).DurationMs(1, share.Contended ? 2 : 1);

    /// <summary>What a step asks of each device on a share of its compute units, above 0 and at most 1.</summary>
    public StepDemand Demand(in StepShape step, double compute)
    {
        // A multiply and an add a weight and row; twice that (scores, values) a pair of query and key.
        var width = (double)_model.Heads * _model.HeadDimension;
        var flops = 2.0 * _model.Parameters * step.Rows + 4 * _model.Layers * width * step.AttentionPairs;
        var bytes = _model.WeightBytes + _model.KvBytesPerToken * (step.ContextTokens + step.Rows);
        var bandwidth = Math.Min(1, compute / _options.BandwidthSaturation);
        // Two all-reduces a layer; a ring sends 2 (n - 1) / n of the hidden states.
        var exchanged =
            4.0 * (_devices - 1) / _devices * _model.Layers * _model.Hidden * _model.BytesPerWeight * step.Rows;
        return new StepDemand(
            1000 * flops / (_devices * _device.FlopsPerSecond * _options.ArithmeticEfficiency * compute),
            1000 * bytes / (_devices * _device.MemoryBytesPerSecond * _options.BandwidthEfficiency * bandwidth),
            bandwidth,
            1000 * exchanged / (_device.InterconnectBytesPerSecond * _options.LinkEfficiency),
            _options.LaunchMsPerLayer * _model.Layers,
            _options.HostMsPerStep + _options.HostMsPerSequence * step.DecodeTokens
        );
    }
}
