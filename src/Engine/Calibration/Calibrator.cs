// Owns the way from a loaded model to its cost curves.
using Tern.Engine.Loading;
using Tern.Engine.Sampling;
using Tern.Kernels;
using Tern.Kernels.Limits;
using Tern.Tensors;

namespace Tern.Engine.Calibration;

/// <summary>Measures models on this machine.</summary>
public static class Calibrator
{
    /// <summary>Time for measuring steps at an engine's start.</summary>
    public static readonly TimeSpan StartBudget = TimeSpan.FromSeconds(4);

    /// <summary>Opens a model, measures it and keeps the result; a file that was there is replaced, damaged or not.</summary>
    /// <param name="path">A GGUF file, the first file of a split one, or a Hugging Face directory.</param>
    /// <param name="options">As the engine will run.</param>
    /// <param name="budget">Time for measuring steps; the first chunk and the first decode are measured whatever they take.</param>
    /// <param name="cancellation">Ends the work between steps.</param>
    /// <returns>The curves and the file that keeps them.</returns>
    /// <exception cref="Formats.ModelFormatException">The model is damaged or not supported.</exception>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    /// <exception cref="EngineStartException">The model is an encoder, or the options ask for more than model or machine have.</exception>
    /// <exception cref="IOException">The curves cannot be kept.</exception>
    /// <exception cref="UnauthorizedAccessException">The curves may not be kept.</exception>
    public static (CostCurves Curves, string File) Run(
        string path,
        EngineOptions options,
        TimeSpan budget,
        CancellationToken cancellation = default
    )
    {
        options = options.Validated();
        using var model = LoadedModel.Open(path, options);
        if (model.Network.Config.IsEncoder)
            throw new EngineStartException(
                "MODEL",
                $"{path} is an encoder ({model.Network.Config.Architecture}); step times are of models that generate"
            );
        var limits = EngineLimits.Discover(model.Network, options, FreeMemory.Bytes() - model.WeightBytes);
        var curves = Measure(model, path, options, limits, budget, LlmEngine.NowMs, cancellation);
        return (curves, new CostStore(path).Keep(curves));
    }

    /// <summary>Measures a loaded model.</summary>
    internal static CostCurves Measure(
        LoadedModel model,
        string path,
        EngineOptions options,
        EngineLimits limits,
        TimeSpan budget,
        Func<double> nowMs,
        CancellationToken cancellation = default
    )
    {
        var config = model.Network.Config;
        var plan = CalibrationPlan.Of(
            options.MaxBatchTokens,
            options.MaxSequences,
            limits.ContextLength,
            limits.BlockCount,
            options.BlockSize
        );
        var blocks = (int)plan.Max(step => step.Blocks(options.BlockSize));
        var cache = model.Network.CreateCache(blocks, options.BlockSize, options.KvCacheType);
        var sampler = new Sampler(model.VocabularySize, model.Tokenizer.GetBytes);
        using var probe = new StepProbe(model.Network, cache, sampler, model.Defaults.Sampling);
        var points = new StepTimer(probe.Prepare, nowMs).Measure(plan, budget.TotalMilliseconds, cancellation);
        return new CostCurves
        {
            Key = CostKey.Of(path, model.Backend.Name, options),
            Planned = plan.Count,
            BytesPerSecond = ReadBandwidth.Measure(options.Threads ?? ProcessorCores.Physical()).BytesPerSecond,
            FlopsPerSecond = MatMulRate.Measure(model.Backend, LargestMatrix(model)),
            WeightBytes = model.WeightBytes,
            Layers = config.LayerCount,
            Width = config.EmbeddingLength,
            Heads = config.HeadCount,
            KvHeads = config.KvHeadCount,
            Vocabulary = config.VocabularySize,
            KvBytesPerToken = model.Network.KvBytesPerToken(options.KvCacheType),
            KvTokens = (long)limits.BlockCount * options.BlockSize,
            ContextLength = limits.ContextLength,
            Points = points,
        };
    }

    private static Tensor LargestMatrix(LoadedModel model) =>
        model
            .Tensors.Where(tensor =>
                tensor.Shape.Length == 2 && tensor.Name.StartsWith("blk.", StringComparison.Ordinal)
            )
            .MaxBy(tensor => tensor.ByteLength)!;
}
