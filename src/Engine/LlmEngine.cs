// Owns the engine's door in process: it checks requests, hands them to the engine thread and streams the answers back.
using System.Globalization;
using System.Runtime.CompilerServices;
using Tern.Engine.Calibration;
using Tern.Engine.Execution;
using Tern.Engine.Loading;
using Tern.Engine.Requests;
using Tern.Engine.Sampling;
using Tern.Formats;
using Tern.Kernels;
using Tern.Scheduling;
using Tern.Tokenizers;
using Tern.Tokenizers.Chat;

namespace Tern.Engine;

/// <summary>A model that answers requests concurrently, with continuous batching over a paged KV cache. Thread-safe.</summary>
/// <example>
/// <code>
/// await using var engine = LlmEngine.Load("model.gguf");
/// var request = new GenerationRequest { Prompt = engine.Tokenizer.Encode("Once upon a time") };
/// await foreach (var output in engine.GenerateAsync(request))
///     Console.Write(output.Text);
/// </code>
/// </example>
public sealed class LlmEngine : IEngineClient
{
    private readonly LoadedModel _model;
    private readonly ModelRunner? _runner;
    private readonly EmbeddingRunner? _embedder;
    private readonly RequestAdmission _admission;
    private readonly EngineMeter _meter;
    private readonly EngineLoop _loop;
    private readonly int _maxQueue;
    private readonly Lazy<ChatTemplate?> _chatTemplate;
    private volatile bool _draining;
    private readonly Lazy<Task> _disposal;

    private LlmEngine(LoadedModel model, EngineOptions options, EngineLimits limits, EngineEstimate estimate)
    {
        _model = model;
        _maxQueue = options.MaxQueue;
        _meter = new EngineMeter(NowMs);
        _admission = new RequestAdmission(
            model.Tokenizer,
            model.EndTokens,
            model.VocabularySize,
            limits.ContextLength,
            options.MaxSequences
        );
        _chatTemplate = new(() =>
            (options.ChatTemplate ?? model.ChatTemplateSource) is { } source ? ChatTemplate.Parse(source) : null
        );
        _disposal = new Lazy<Task>(DisposeOnceAsync);
        Limits = limits;
        Info = Describe(model, options, limits, estimate);
        CalibratedNow = estimate.MeasuredNow;
        PackedNow = model.PackedWeights is { IsNews: true } packed ? packed.Sentence : null;
        if (model.Network.Config.IsEncoder)
        {
            _embedder = new EmbeddingRunner(model.Network);
            _loop = new EngineLoop(null, new EmbeddingQueue(_embedder, _meter, options.MaxBatchTokens), _meter);
        }
        else
        {
            var cache = model.Network.CreateCache(limits.BlockCount, options.BlockSize, options.KvCacheType);
            _runner = new ModelRunner(model.Network, cache);
            var scheduler = new Scheduler(
                new SchedulerOptions
                {
                    BlockCount = limits.BlockCount,
                    BlockSize = options.BlockSize,
                    MaxBatchTokens = options.MaxBatchTokens,
                    MaxSequences = options.MaxSequences,
                    MaxModelLength = limits.ContextLength,
                    EnablePrefixCaching = options.EnablePrefixCaching,
                    Estimate = estimate.Latency,
                    Targets = options.Targets,
                },
                EngineSystems.Get(options.System)
            );
            var sampler = new Sampler(model.VocabularySize, model.Tokenizer.GetBytes);
            var steps = new StepExecutor(scheduler, _runner, sampler, _meter, NowMs);
            _meter.Observe(scheduler.Stats);
            _loop = new EngineLoop(steps, null, _meter);
        }
        _loop.Start();
    }

    /// <inheritdoc/>
    public EngineInfo Info { get; }

    /// <summary>Sizes discovered at start.</summary>
    public EngineLimits Limits { get; }

    /// <inheritdoc/>
    public EngineStats Stats => _meter.Stats;

    /// <summary>What start had to measure, in a sentence; null when it measured nothing.</summary>
    public string? CalibratedNow { get; }

    /// <summary>
    /// That a file of packed weights was written at start, or could not be and why, in a sentence; null where there was nothing to
    /// write (see <see cref="EngineOptions.PackedCache"/>).
    /// </summary>
    public string? PackedNow { get; }

    /// <summary>The model's tokenizer.</summary>
    public Tokenizer Tokenizer => _model.Tokenizer;

    /// <summary>The model's chat template, or null if it has none.</summary>
    /// <exception cref="ChatTemplateException">The model has one that cannot be parsed.</exception>
    public ChatTemplate? ChatTemplate => _chatTemplate.Value;

    /// <summary>The sampling that the model's publisher recommends, neutral where there is no recommendation.</summary>
    public SamplingParams DefaultSampling => _model.Defaults.Sampling;

    /// <summary>Opens a model and starts an engine on it.</summary>
    /// <param name="path">A GGUF file, the first file of a split one, or a Hugging Face directory.</param>
    /// <param name="options">Sizes and switches; defaults if null.</param>
    /// <exception cref="ModelFormatException">The model is damaged or not supported.</exception>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    /// <exception cref="EngineStartException">The options ask for more than model or machine have.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    /// <exception cref="CostFileException">Step times are needed, and the file that keeps them is damaged.</exception>
    public static LlmEngine Load(string path, EngineOptions? options = null)
    {
        options = (options ?? new EngineOptions()).Validated();
        EngineSystems.Get(options.System); // before a model is read
        return Start(LoadedModel.Open(path, options), path, options);
    }

    /// <summary>
    /// Starts an engine on a model that is open already, as one in memory; both stay the caller's and must outlive the engine.
    /// The engine copies the weights: it sees changes of them through <see cref="UpdateWeightsAsync"/> alone, and until its end nobody
    /// may make others. Step times are not measured.
    /// </summary>
    /// <param name="file">The model.</param>
    /// <param name="backend">Computes, and takes the place of the options' threads and numerics; nobody else may be using it.</param>
    /// <param name="options">Sizes and switches; defaults if null.</param>
    /// <exception cref="ModelFormatException">The model is not supported.</exception>
    /// <exception cref="EngineStartException">The options ask for more than there is, for a measurement of step times, or for a file of packed weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public static LlmEngine Load(ModelFile file, IBackend backend, EngineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(backend);
        options = (options ?? new EngineOptions()).Validated();
        EngineSystems.Get(options.System);
        if (options.Calibration == CalibrationMode.Always)
            throw new EngineStartException(
                nameof(EngineOptions.Calibration),
                $"step times are kept beside a model on disk, and {file.Path} was opened by the caller; open it by its path"
            );
        if (options.PackedCache)
            throw new EngineStartException(
                nameof(EngineOptions.PackedCache),
                $"packed weights are kept beside a model on disk, and {file.Path} was opened by the caller; open it by its path"
            );
        var model = LoadedModel.Of(file, backend, options);
        return Start(model, file.Path, options with { Calibration = CalibrationMode.Never });
    }

    private static LlmEngine Start(LoadedModel model, string path, EngineOptions options)
    {
        try
        {
            var limits = EngineLimits.Discover(model.Network, options, FreeMemory.Bytes() - model.WeightBytes);
            var estimate = EngineEstimate.Of(model, path, options, limits);
            options = options with { ModelName = options.ModelName ?? NameOf(path) };
            return new LlmEngine(model, options, limits, estimate);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>The request enters the engine with the first move of the enumerator, which is also where refusals are thrown.</remarks>
    public async IAsyncEnumerable<GenerationOutput> GenerateAsync(
        GenerationRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Info.CanGenerate)
            throw Unsupported($"'{Info.ModelName}' ({Info.Architecture}) only embeds, it cannot generate");
        var active = _admission.Admit(request, NowMs());
        Enter();
        if (!_loop.Post(active))
            throw Stopped();
        bool over = false;
        try
        {
            await foreach (var output in active.Stream.ReadAsync(cancellationToken).ConfigureAwait(false))
                yield return output;
            over = true;
        }
        finally
        {
            if (!over)
                _loop.Cancel(active);
        }
    }

    /// <inheritdoc/>
    public async Task<float[]> EmbedAsync(IReadOnlyList<int> tokens, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_embedder is null)
            throw Unsupported($"'{Info.ModelName}' ({Info.Architecture}) generates, it is no embedding model");
        var job = new EmbeddingJob(_admission.AdmitText(tokens));
        Enter();
        if (!_loop.Post(job))
            throw Stopped();
        await using var registration = cancellationToken.Register(() => job.Result.TrySetCanceled(cancellationToken));
        return await job.Result.Task.ConfigureAwait(false);
    }

    /// <summary>
    /// Changes the weights of a model in memory: runs the change on the engine's thread, where it has backend and weights for itself,
    /// takes the new values over and forgets cached prefixes. Requests that come meanwhile wait and see the new weights.
    /// </summary>
    /// <param name="change">Writes the tensors of the file that the engine was loaded with; may compute with its backend.</param>
    /// <returns>How often the weights were changed by now: the <see cref="GenerationOutput.WeightsVersion"/> of later answers.</returns>
    /// <exception cref="WeightsInUseException">There are requests that have not ended; nothing was changed.</exception>
    /// <exception cref="NotSupportedException">The model cannot take new weights; nothing was changed.</exception>
    /// <exception cref="RequestRejectedException">The engine is shutting down.</exception>
    public async Task<long> UpdateWeightsAsync(Action change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (_model.IsOwner)
            throw new NotSupportedException(
                $"the weights of '{Info.ModelName}' are a file's; those of a model in memory can change"
            );
        if (_runner is null)
            throw new NotSupportedException(
                $"'{Info.ModelName}' ({Info.Architecture}) embeds; the weights of one that generates can change"
            );
        if (_model.Network.RefreshObstacle is { } obstacle)
            throw new NotSupportedException(obstacle);
        var update = new WeightsUpdate(change, _model.Network.Refresh);
        if (!_loop.Post(update))
            throw _meter.Stats.Fault is { } fault ? new EngineFaultedException(fault) : ShuttingDown();
        return await update.Result.Task.ConfigureAwait(false);
    }

    /// <summary>Refuses new requests from now on and completes when the last running one is over.</summary>
    /// <param name="cancellationToken">Ends the wait, not the requests.</param>
    public Task DrainAsync(CancellationToken cancellationToken = default)
    {
        _draining = true;
        return _meter.WhenIdle().WaitAsync(cancellationToken);
    }

    /// <summary>Ends all requests as cancelled, stops the engine thread and frees the model.</summary>
    public async ValueTask DisposeAsync()
    {
        _draining = true;
        await _disposal.Value.ConfigureAwait(false);
    }

    private async Task DisposeOnceAsync()
    {
        await _loop.StopAsync().ConfigureAwait(false);
        _runner?.Dispose();
        _embedder?.Dispose();
        _model.Dispose();
    }

    private void Enter()
    {
        if (_meter.Stats.Fault is { } fault)
            throw new EngineFaultedException(fault);
        if (_draining)
            throw ShuttingDown();
        if (!_meter.TryEnter(_maxQueue))
            throw new RequestRejectedException(
                RejectionReason.QueueFull,
                null,
                $"{_maxQueue} requests are waiting (MaxQueue); try again later"
            );
    }

    private Exception Stopped()
    {
        _meter.TakenIn();
        _meter.Leave();
        return _meter.Stats.Fault is { } fault ? new EngineFaultedException(fault) : ShuttingDown();
    }

    /// <summary>The clock of engines, ms.</summary>
    internal static double NowMs() =>
        System.Diagnostics.Stopwatch.GetTimestamp() * (1000.0 / System.Diagnostics.Stopwatch.Frequency);

    private static RequestRejectedException ShuttingDown() =>
        new(RejectionReason.ShuttingDown, null, "the engine is shutting down and takes no new requests");

    private static RequestRejectedException Unsupported(string message) =>
        new(RejectionReason.NotSupported, "model", message);

    private static string NameOf(string path) =>
        Directory.Exists(path) ? new DirectoryInfo(path).Name : Path.GetFileNameWithoutExtension(path);

    /// <summary>What a system does otherwise here than where it was published; nothing for most.</summary>
    private static string[] Swapping(string system) =>
        EngineSystems.Get(system).Preemption.Swaps
            ?
            [
                $"{system} swaps to host memory, which this engine has not: what is preempted loses its blocks and is computed again.",
            ]
            : [];

    private static string[] Promised(LatencyTargets targets)
    {
        string[] promises =
        [
            .. Promise("the first token within", targets.TtftMs),
            .. Promise("later ones in a mean of", targets.TpotMs),
        ];
        return promises.Length == 0 ? [] : [$"Promised (Targets): {string.Join(", ", promises)}."];

        static string[] Promise(string what, double ms) =>
            double.IsPositiveInfinity(ms) ? [] : [string.Create(CultureInfo.InvariantCulture, $"{what} {ms} ms")];
    }

    private static EngineInfo Describe(
        LoadedModel model,
        EngineOptions options,
        EngineLimits limits,
        EngineEstimate estimate
    )
    {
        var config = model.Network.Config;
        return new EngineInfo
        {
            ModelName = options.ModelName!,
            Architecture = config.Architecture,
            VocabularySize = model.VocabularySize,
            ContextLength = limits.ContextLength,
            TotalBlocks = limits.BlockCount,
            BlockSize = options.BlockSize,
            CanGenerate = !config.IsEncoder,
            Summary =
            [
                $"Model: {config.Description}, {EngineLimits.Bytes(model.WeightBytes)} of weights.",
                $"Backend: {model.Backend.Name}; Threads overrides.",
                .. model.PackedWeights is { } packed ? [packed.Sentence] : (string[])[],
                .. limits.Sentences,
                $"Batching: at most {options.MaxSequences} sequences (MaxSequences) and {options.MaxBatchTokens} tokens a step "
                    + $"(MaxBatchTokens), {options.MaxQueue} requests waiting (MaxQueue), prefix caching "
                    + $"{(options.EnablePrefixCaching ? "on" : "off")} (EnablePrefixCaching), scheduled as {options.System} (System).",
                .. Swapping(options.System),
                .. Promised(options.Targets),
                .. estimate.Sentences,
            ],
        };
    }
}
