// Owns a training run: its parts, its steps, and what it leaves on disk.
using System.Diagnostics;
using System.Globalization;
using Tern.Formats.HuggingFace;
using Tern.Kernels;
using Tern.Tensors;
using Tern.Training.Autograd;
using Tern.Training.Checkpoints;
using Tern.Training.Data;
using Tern.Training.Language;
using Tern.Training.Optimizers;

namespace Tern.Training.Runs;

/// <summary>
/// A run in a folder: config.json, the tokenizer, checkpoint.safetensors, log.jsonl and loss.svg. A run that is opened again
/// goes on from its checkpoint, bit for bit as if it had not stopped.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    /// <summary>Name of the checkpoint in the folder.</summary>
    public const string CheckpointName = "checkpoint.safetensors";

    private readonly TensorPool _pool = new();
    private readonly FileStream _claim;
    private readonly ITrainingBackend _backend;
    private readonly OptimizerSet _optimizers;
    private readonly LearningRateSchedule _schedule;
    private readonly BatchReader _batches;
    private readonly IReadOnlyList<TrainingExample> _validation;
    private readonly TrainingStep _training;
    private readonly TrainingLog _log;

    private TrainingRun(
        TrainingConfig config,
        string folder,
        FileStream claim,
        TrainingData data,
        ITrainingBackend backend
    )
    {
        _claim = claim;
        Config = config;
        Folder = folder;
        _backend = backend;
        TokenizerFiles = data.Files;
        Decoder = new Decoder(config.Model.With(data.Tokenizer.VocabularySize)) { Recompute = config.Recompute };
        Decoder.Initialize(config.Seed);
        _optimizers = new OptimizerSet(backend, Decoder.Parameters, config.Optimizer);
        _schedule = config.Optimizer.ScheduleOver(config.Steps);
        _batches = new BatchReader(data.Training, config.Seed, config.BatchTokens);
        _validation = data.Validation;
        _training = new TrainingStep(Decoder, backend, _pool, config.MicroBatchTokens);
        _log = new TrainingLog(folder);
    }

    /// <summary>What was asked for.</summary>
    public TrainingConfig Config { get; }

    /// <summary>Where everything is.</summary>
    public string Folder { get; }

    /// <summary>The network.</summary>
    public Decoder Decoder { get; }

    /// <summary>The tokenizer's files.</summary>
    public TokenizerFiles TokenizerFiles { get; }

    /// <summary>Steps done.</summary>
    public long Step { get; private set; }

    /// <summary>Tokens seen.</summary>
    public long Tokens { get; private set; }

    /// <summary>Whether all steps are done.</summary>
    public bool IsDone => Step >= Config.Steps;

    /// <summary>Begins a run, or takes up the one in the folder.</summary>
    /// <param name="config">What to do.</param>
    /// <param name="dataFolder">Where relative paths of data begin.</param>
    /// <param name="folder">Where the run lives.</param>
    /// <param name="backend">Computes; stays the caller's.</param>
    /// <exception cref="ConfigException">A number is out of range, or the folder holds a run of another configuration.</exception>
    /// <exception cref="DataException">The data is wrong.</exception>
    /// <exception cref="CheckpointException">The checkpoint is damaged or of another run.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static TrainingRun Open(TrainingConfig config, string dataFolder, string folder, ITrainingBackend backend)
    {
        ArgumentNullException.ThrowIfNull(config);
        ConfigCheck.Check(config);
        Directory.CreateDirectory(folder);
        var claim = RunFolder.Lock(folder);
        try
        {
            RunFolder.Enter(folder, config);
            var data = TrainingData.Open(config, dataFolder, folder);
            // Last, so that a folder where nothing could begin is free for another configuration.
            RunFolder.Claim(folder, config);
            var run = new TrainingRun(config, folder, claim, data, backend);
            if (File.Exists(run.CheckpointPath))
                run.Restore();
            else
                run._log.Begin();
            return run;
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    private string CheckpointPath => Path.Combine(Folder, CheckpointName);

    private IReadOnlyCollection<Tensor> State =>
        [.. Decoder.Parameters.Select(parameter => parameter.Value), .. _optimizers.State];

    /// <summary>Runs to the end, or until cancelled; then, as every so many steps, saves.</summary>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Ends the run after the step in progress.</param>
    /// <exception cref="NonFiniteLossException">The numbers ran away.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written; the one before is kept.</exception>
    public void Run(Action<TrainingProgress> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        while (!IsDone && !cancellation.IsCancellationRequested)
        {
            var line = Advance();
            _log.Write(line);
            progress(line);
            if (Step % Config.CheckpointEvery == 0 && !IsDone)
                Save();
        }
        Save();
    }

    /// <summary>Writes the checkpoint, and the loss as a picture.</summary>
    /// <exception cref="NonFiniteLossException">A parameter is not finite; the checkpoint before is kept.</exception>
    /// <exception cref="IOException">The checkpoint cannot be written; the one before is kept.</exception>
    public void Save()
    {
        // The loss only tells with the next step, and a checkpoint without numbers would replace the last good one.
        if (_training.FirstNonFiniteParameter() is { } parameter)
            throw new NonFiniteLossException(Step, parameter);
        var state = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["step"] = Step.ToString(CultureInfo.InvariantCulture),
            ["tokens"] = Tokens.ToString(CultureInfo.InvariantCulture),
            ["position"] = _batches.Position.ToString(CultureInfo.InvariantCulture),
            ["tokenizer"] = TokenizerFiles.Fingerprint,
        };
        Checkpoint.Save(CheckpointPath, State, state);
        _log.Plot();
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _log.Dispose();
        _pool.Dispose();
        _claim.Dispose();
    }

    private TrainingProgress Advance()
    {
        long began = Stopwatch.GetTimestamp();
        long step = Step + 1;
        var batch = _batches.Next();
        bool validates = Config.ValidateEvery > 0 && step % Config.ValidateEvery == 0;
        // Now and then, since one step on a machine that others share says little.
        var products = validates || step == Config.Steps ? new List<ProductShape>() : null;
        _training.Products = products;
        float rate = _schedule.At(step);
        var (loss, norm) = _training.Update(batch, _optimizers, Config.Optimizer.Clip, rate, step);
        long tokens = batch.Sum(example => (long)example.Tokens.Length);
        Step = step;
        Tokens += tokens;
        var elapsed = Stopwatch.GetElapsedTime(began);
        validates |= Config.ValidateEvery > 0 && IsDone;
        return new TrainingProgress
        {
            Step = step,
            Loss = loss,
            ValidationLoss = validates && _validation.Count > 0 ? _training.Evaluate(_validation) : null,
            LearningRate = rate,
            GradientNorm = norm,
            Tokens = Tokens,
            TokensPerSecond = tokens / elapsed.TotalSeconds,
            KernelEfficiency = products is null ? null : Runs.KernelEfficiency.Measure(_backend, products, elapsed),
        };
    }

    private void Restore()
    {
        var state = Checkpoint.Load(CheckpointPath, State);
        if (state.GetValueOrDefault("tokenizer") != TokenizerFiles.Fingerprint)
            throw new CheckpointException(
                CheckpointPath,
                $"was trained with another tokenizer than {HuggingFaceDirectory.TokenizerName} beside it; put that file back, or begin in a new folder"
            );
        Step = Checkpoint.Number(CheckpointPath, state, "step");
        Tokens = Checkpoint.Number(CheckpointPath, state, "tokens");
        _batches.Seek(Checkpoint.Number(CheckpointPath, state, "position"));
        _log.Resume(Step);
    }
}
