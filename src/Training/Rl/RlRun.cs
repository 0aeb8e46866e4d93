// Owns a run of reinforcement learning: warm start, rollouts, learning, and what it leaves on disk.
using System.Diagnostics;
using System.Globalization;
using Tern.Kernels;
using Tern.Tensors;
using Tern.Tokenizers;
using Tern.Training.Autograd;
using Tern.Training.Checkpoints;
using Tern.Training.Corpus;
using Tern.Training.Data;
using Tern.Training.Language;
using Tern.Training.Rl.Samplers;
using Tern.Training.Rl.Tasks;
using Tern.Training.Runs;

namespace Tern.Training.Rl;

/// <summary>
/// A run in a folder: config.json, warming.safetensors (while the warm start lasts), warm.safetensors, checkpoint.safetensors, log.jsonl,
/// reward.svg. A run that is opened again goes on from its checkpoint; without partial answers, bit for bit as if it had not stopped.
/// </summary>
public sealed class RlRun : IDisposable
{
    /// <summary>File in the folder that holds the parameters after the warm start, for other runs to begin from.</summary>
    public const string WarmName = "warm.safetensors";

    private readonly ITrainingBackend _backend;
    private readonly TensorPool _pool = new();
    private readonly FileStream _claim;
    private readonly IRlTask _task;
    private readonly IGroupSelector _selector;
    private readonly RolloutCollector _collector;
    private readonly RewardRunner _rewards;
    private readonly HeldOutEvaluation _evaluation;
    private readonly WarmUp _warmUp;
    private readonly PolicyLearner _learner;
    private readonly RlLog _log;

    private RlRun(RlConfig config, IRlTask task, string folder, FileStream claim, ITrainingBackend backend)
    {
        _claim = claim;
        Config = config;
        Folder = folder;
        _backend = backend;
        var vocabulary = ChatVocabulary.Train([], ChatVocabulary.LeastSize);
        TokenizerFiles = TokenizerFiles.Of(vocabulary);
        Tokenizer = vocabulary.CreateTokenizer();
        _task = task;
        RlConfigCheck.Check(config, task, Tokenizer);
        Decoder = new Decoder(config.Model.With(Tokenizer.VocabularySize));
        Decoder.Initialize(config.Seed);
        _selector = RlParts.Selector(config, _task.TrainingPrompts);
        _rewards = new RewardRunner(
            _task,
            TimeSpan.FromSeconds(config.RewardTimeoutSeconds),
            config.RandomRewards ? config.Seed : null
        );
        _evaluation = new HeldOutEvaluation(config, _task, _rewards);
        _collector = new RolloutCollector(config, _selector, RlParts.Filter(config), _rewards);
        _warmUp = new WarmUp(
            config,
            Decoder,
            new WarmStartExamples(_task, new TextEncoder(Tokenizer), config.Seed),
            backend,
            _pool,
            Path.Combine(folder, "warming.safetensors")
        );
        _learner = new PolicyLearner(config, Decoder, backend, _pool, _task.MaxAnswerTokens);
        _log = new RlLog(folder);
    }

    /// <summary>What was asked for.</summary>
    public RlConfig Config { get; }

    /// <summary>Where everything is.</summary>
    public string Folder { get; }

    /// <summary>The policy.</summary>
    public Decoder Decoder { get; }

    /// <summary>Reads and writes bytes.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The tokenizer's files.</summary>
    public TokenizerFiles TokenizerFiles { get; }

    /// <summary>Steps done.</summary>
    public long Step { get; private set; }

    /// <summary>Tokens generated to learn from.</summary>
    public long GeneratedTokens { get; private set; }

    /// <summary>The last pass rate on held-out prompts.</summary>
    public double HeldOut { get; private set; }

    /// <summary>Whether the warm start is done.</summary>
    public bool IsWarm { get; private set; }

    /// <summary>Whether there is nothing left to do.</summary>
    public bool IsDone => Step >= Config.Steps || (IsWarm && HeldOut >= Config.StopAt);

    private string CheckpointPath => Path.Combine(Folder, TrainingRun.CheckpointName);

    private IReadOnlyCollection<Tensor> State =>
        [.. Decoder.Parameters.Select(parameter => parameter.Value), .. _learner.State];

    /// <summary>Begins a run, or takes up the one in the folder.</summary>
    /// <param name="config">What to do.</param>
    /// <param name="dataFolder">Where relative paths begin.</param>
    /// <param name="folder">Where the run lives.</param>
    /// <param name="backend">Computes; stays the caller's.</param>
    /// <exception cref="TrainingException">Configuration, data or checkpoint are wrong.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static RlRun Open(RlConfig config, string dataFolder, string folder, ITrainingBackend backend)
    {
        ArgumentNullException.ThrowIfNull(config);
        RlConfigCheck.Check(config);
        if (config.WarmStart.From is { } from)
            config = config with { WarmStart = config.WarmStart with { From = Path.GetFullPath(from, dataFolder) } };
        return Open(config, RlParts.Task(config, dataFolder), folder, backend);
    }

    /// <summary>Begins a run of a task of one's own, or takes up the one in the folder.</summary>
    /// <param name="config">What to do; names no task that counts.</param>
    /// <param name="task">What is learned.</param>
    /// <param name="folder">Where the run lives.</param>
    /// <param name="backend">Computes; stays the caller's.</param>
    /// <exception cref="TrainingException">Configuration or checkpoint are wrong, or a prompt is too long.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static RlRun Open(RlConfig config, IRlTask task, string folder, ITrainingBackend backend)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(task);
        RlConfigCheck.Check(config);
        Directory.CreateDirectory(folder);
        var claim = RunFolder.Lock(folder);
        try
        {
            RunFolder.Enter(folder, config);
            var run = new RlRun(config, task, folder, claim, backend);
            RunFolder.Claim(folder, config);
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

    /// <summary>Runs to the end, or until cancelled; then, as every so many steps, saves.</summary>
    /// <param name="warmProgress">Told of every step of the warm start and its loss.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Ends the run after the step in progress.</param>
    /// <exception cref="NonFiniteLossException">The numbers ran away.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written; the one before is kept.</exception>
    public async Task RunAsync(
        Action<long, double> warmProgress,
        Action<RlProgress> progress,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(warmProgress);
        ArgumentNullException.ThrowIfNull(progress);
        bool isNew = !IsWarm;
        if (isNew && !Start(warmProgress, cancellation))
            return;
        // The number of the step that answers are for is the version of the weights that give them.
        await using var engine = new RolloutEngine(_task, Decoder, TokenizerFiles, _backend, Step + 1, Config.Seed);
        if (isNew)
        {
            string example = await EvaluateAsync(engine);
            Report(
                new RlProgress
                {
                    Step = 0,
                    GeneratedTokens = 0,
                    HeldOut = HeldOut,
                    Example = example,
                }
            );
            Save();
        }
        _warmUp.Forget();
        while (!IsDone && !cancellation.IsCancellationRequested)
        {
            Report(await AdvanceAsync(engine));
            if (Step % Config.CheckpointEvery == 0)
                Save();
        }
        Save();

        void Report(RlProgress line)
        {
            _log.Write(line);
            progress(line);
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _log.Dispose();
        _rewards.Dispose();
        _pool.Dispose();
        _claim.Dispose();
    }

    /// <summary>Brings the policy where reinforcement begins.</summary>
    private bool Start(Action<long, double> progress, CancellationToken cancellation)
    {
        Tensor[] parameters = [.. Decoder.Parameters.Select(parameter => parameter.Value)];
        if (Config.WarmStart.From is { } from)
            Checkpoint.Load(from, parameters);
        else if (!_warmUp.Run(progress, cancellation))
            return false;
        Checkpoint.Save(Path.Combine(Folder, WarmName), parameters, new Dictionary<string, string>());
        _learner.KeepReference();
        return IsWarm = true;
    }

    private async Task<RlProgress> AdvanceAsync(RolloutEngine engine)
    {
        long step = Step + 1;
        long began = Stopwatch.GetTimestamp();
        long generated = engine.GeneratedTokens;
        var groups = await _collector.CollectAsync(engine);
        GeneratedTokens += engine.GeneratedTokens - generated;
        double rolloutSeconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        began = Stopwatch.GetTimestamp();
        PolicyLearner.Learned learned = null!;
        await engine.UpdateAsync(() => learned = _learner.Learn(step, groups));
        Step = step;
        double learningSeconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        bool evaluates = step % Config.EvaluateEvery == 0 || step == Config.Steps;
        string? example = evaluates ? await EvaluateAsync(engine) : null;
        var rollouts = _collector.Judged.SelectMany(group => group.Rollouts).ToList();
        return new RlProgress
        {
            Step = step,
            Reward = rollouts.Average(rollout => rollout.Reward),
            PassRate = rollouts.Average(rollout => rollout.Reward >= 1 ? 1.0 : 0),
            HeldOut = evaluates ? HeldOut : null,
            Example = example,
            Groups = _collector.Judged.Count,
            ZeroVariance = _collector.Judged.Average(group => group.IsUniform ? 1.0 : 0),
            AnswerTokens = rollouts.Average(rollout => rollout.Tokens.Count),
            Truncated = rollouts.Average(rollout => rollout.IsWhole ? 0.0 : 1),
            GeneratedTokens = GeneratedTokens,
            Loss = learned.Loss,
            GradientNorm = learned.Norm,
            ClipFraction = learned.ClipFraction,
            FirstRatioDeviation = learned.FirstDeviation,
            Divergence = learned.Divergence,
            FailedChecks = _rewards.Failed,
            TimedOutChecks = _rewards.TimedOut,
            LastFailure = _rewards.LastFailure,
            RolloutSeconds = rolloutSeconds,
            LearningSeconds = learningSeconds,
        };
    }

    /// <summary>Measures <see cref="HeldOut"/>.</summary>
    /// <returns>The first prompt and its answer.</returns>
    private async Task<string> EvaluateAsync(RolloutEngine engine)
    {
        (HeldOut, string example) = await _evaluation.RunAsync(engine);
        return example;
    }

    private void Save()
    {
        var state = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["step"] = Step.ToString(CultureInfo.InvariantCulture),
            ["generatedTokens"] = GeneratedTokens.ToString(CultureInfo.InvariantCulture),
            ["heldOut"] = HeldOut.ToString("R", CultureInfo.InvariantCulture),
            ["selector"] = _selector.Save(),
            ["unfinished"] = RlParts.Write(_collector.Unfinished),
        };
        Checkpoint.Save(CheckpointPath, State, state);
        _log.Plot();
    }

    private void Restore()
    {
        var state = Checkpoint.Load(CheckpointPath, State);
        try
        {
            Step = Checkpoint.Number(CheckpointPath, state, "step");
            GeneratedTokens = Checkpoint.Number(CheckpointPath, state, "generatedTokens");
            HeldOut = double.Parse(state["heldOut"], CultureInfo.InvariantCulture);
            _selector.Restore(state["selector"]);
            _collector.Unfinished.AddRange(RlParts.Read(state["unfinished"]));
        }
        catch (Exception error)
            when (error is FormatException or KeyNotFoundException or System.Text.Json.JsonException)
        {
            throw new CheckpointException(CheckpointPath, $"its state is damaged: {error.Message}", error);
        }
        IsWarm = true;
        _log.Resume(Step);
    }
}
