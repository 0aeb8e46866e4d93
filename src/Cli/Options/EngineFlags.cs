// Owns the options that every command with a running model shares.
using System.CommandLine;
using Tern.Cli.Terminal;
using Tern.Engine;
using Tern.Engine.Calibration;
using Tern.Kernels;
using Tern.Scheduling;
using Tern.Simulation.Reports;

namespace Tern.Cli.Options;

/// <summary>The model argument and the engine's options, as command-line options.</summary>
internal sealed class EngineFlags
{
    private static readonly (string Option, string Flag)[] s_optionNames =
    [
        (nameof(EngineOptions.KvCacheBytes), "--kv-cache-mib"),
        (nameof(EngineOptions.KvCacheType), "--kv-cache-type"),
        (nameof(EngineOptions.ContextLength), "--context"),
        (nameof(EngineOptions.Threads), "--threads"),
        (nameof(EngineOptions.MaxSequences), "--max-sequences"),
        (nameof(EngineOptions.MaxBatchTokens), "--max-batch-tokens"),
        (nameof(EngineOptions.MaxQueue), "--max-queue"),
        (nameof(EngineOptions.EnablePrefixCaching), "--no-prefix-cache"),
        (nameof(EngineOptions.System), "--system"),
        (nameof(EngineOptions.Calibration), "--calibrate"),
        (nameof(EngineOptions.PackedCache), "--packed-cache"),
        (nameof(EngineOptions.Targets), "--slo"),
    ];

    private readonly Option<int?> _threads = EnvironmentOption.Create<int?>(
        "--threads",
        "Worker threads; default: physical cores",
        null,
        "-t"
    );
    private readonly Option<int?> _context = EnvironmentOption.Create<int?>(
        "--context",
        "Longest sequence in tokens; default: the model's, or what memory holds",
        null,
        "-c"
    );
    private readonly Option<Numerics> _numerics = NumericsOption.Create();
    private readonly Option<bool> _packedCache = EnvironmentOption.Create(
        "--packed-cache",
        "Keep packed weights in a file beside the model, about as large, for a faster next start",
        false
    );
    private readonly Option<string> _cacheType = CacheTypeOption.Create();
    private readonly Option<long?> _cacheMib = EnvironmentOption.Create<long?>(
        "--kv-cache-mib",
        "Memory for keys and values in MiB; default: a share of what is free",
        null
    );
    private readonly Option<int> _sequences = EnvironmentOption.Create(
        "--max-sequences",
        "Most sequences running at once",
        new EngineOptions().MaxSequences
    );
    private readonly Option<int> _batchTokens = EnvironmentOption.Create(
        "--max-batch-tokens",
        "Most tokens in a step",
        new EngineOptions().MaxBatchTokens
    );
    private readonly Option<int> _queue = EnvironmentOption.Create(
        "--max-queue",
        "Most requests waiting",
        new EngineOptions().MaxQueue
    );
    private readonly Option<string?> _template = EnvironmentOption.Create<string?>(
        "--chat-template",
        "File with a Jinja chat template in place of the model's own",
        null
    );
    private readonly Option<bool> _noPrefixCache = EnvironmentOption.Create(
        "--no-prefix-cache",
        "Do not keep finished prompts' blocks",
        false
    );

    private readonly Option<string> _system = EnvironmentOption.Create(
        "--system",
        "Serving system whose policies decide; those that swap to host memory recompute here, as there is none: "
            + string.Join(", ", EngineSystems.All.Select(system => system.Name)),
        new EngineOptions().System
    );

    private readonly Option<string?> _slo = EnvironmentOption.Create<string?>(
        "--slo",
        "Limits in seconds that requests are promised, for systems that decide by them (tern): ttft=0.25,tpot=0.1; default: none",
        null
    );

    private readonly Option<bool> _calibrate = EnvironmentOption.Create(
        "--calibrate",
        "Measure how long steps take here, though it was measured before; systems that decide by it measure once by themselves",
        false
    );

    /// <summary>The model to run; the built-in one where it is left out.</summary>
    public Argument<string?> Model { get; } =
        new("MODEL") { Description = ModelReference.OptionalDescription, Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Adds argument and options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(Model);
        foreach (
            var option in (Option[])
                [
                    _threads,
                    _context,
                    _numerics,
                    _packedCache,
                    _cacheType,
                    _cacheMib,
                    _sequences,
                    _batchTokens,
                    _queue,
                    _noPrefixCache,
                    _system,
                    _slo,
                    _calibrate,
                    _template,
                ]
        )
            command.Add(option);
    }

    /// <summary>The engine's options as the user set them.</summary>
    public EngineOptions Read(ParseResult parsed) =>
        new()
        {
            Threads = parsed.GetValue(_threads),
            ContextLength = parsed.GetValue(_context),
            Numerics = parsed.GetValue(_numerics),
            PackedCache = parsed.GetValue(_packedCache),
            KvCacheType = CacheTypeOption.Read(parsed, _cacheType),
            KvCacheBytes = parsed.GetValue(_cacheMib) is { } mib ? checked(mib << 20) : null,
            MaxSequences = parsed.GetValue(_sequences),
            MaxBatchTokens = parsed.GetValue(_batchTokens),
            MaxQueue = parsed.GetValue(_queue),
            EnablePrefixCaching = !parsed.GetValue(_noPrefixCache),
            System = parsed.GetRequiredValue(_system),
            Targets = parsed.GetValue(_slo) is { } slo ? Targets(slo) : LatencyTargets.None,
            Calibration = parsed.GetValue(_calibrate) ? CalibrationMode.Always : CalibrationMode.WhenNeeded,
            ChatTemplate = parsed.GetValue(_template) is { } file ? File.ReadAllText(file) : null,
        };

    private static LatencyTargets Targets(string slo)
    {
        var objective = ServiceObjective.Parse(slo);
        if (objective.EndToEndSeconds is not null || objective.NormalizedSeconds is not null)
            throw new CommandLineException($"--slo is '{slo}'; policies decide by ttft and tpot, leave out the others");
        return new LatencyTargets(
            objective.TtftSeconds * 1000 ?? double.PositiveInfinity,
            objective.TpotSeconds * 1000 ?? double.PositiveInfinity
        );
    }

    /// <summary>What was chosen at start, with overriding options under their names here.</summary>
    public static IEnumerable<string> Summary(LlmEngine engine) =>
        engine.Info.Summary.Select(sentence =>
            s_optionNames.Aggregate(
                sentence,
                (text, pair) => text.Replace(pair.Option, pair.Flag, StringComparison.Ordinal)
            )
        );

    /// <summary>Loads the model, showing on a terminal that it is being loaded, and says if packed weights were written or step times measured.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="servedName">Name under which the model is served; null = the file's.</param>
    public LlmEngine Load(ParseResult parsed, string? servedName = null) =>
        Load(parsed, parsed.GetValue(Model), servedName);

    /// <summary>Loads a model in place of the one that the argument names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="reference">The model; null for the built-in one.</param>
    /// <param name="servedName">Name under which the model is served; null = the file's.</param>
    public LlmEngine Load(ParseResult parsed, string? reference, string? servedName)
    {
        string path = ModelReference.Resolve(reference);
        using var status = new StatusLine($"loading {path}");
        var engine = LlmEngine.Load(path, Read(parsed) with { ModelName = servedName });
        foreach (var sentence in (string?[])[engine.PackedNow, engine.CalibratedNow])
            if (sentence is not null)
                status.Say(sentence);
        return engine;
    }
}
