// Owns "--device this" and "--costs FILE": simulating on the curves of a real machine.
using System.CommandLine;
using Tern.Engine;
using Tern.Engine.Calibration;
using Tern.Simulation.Deployments;
using ModelShape = Tern.Scheduling.Latency.ModelShape;

namespace Tern.Cli.Options;

/// <summary>Finds the cost curves that a command asks for.</summary>
internal sealed class MachineFlags
{
    /// <summary>The device that is this machine.</summary>
    public const string This = "this";

    private readonly Option<string?> _costs = EnvironmentOption.Create<string?>(
        "--costs",
        "Simulate on the machine that tern calibrate measured into this .json file, in place of --device and --model",
        null
    );

    /// <summary>The option.</summary>
    public Option Costs => _costs;

    /// <summary>The machine; null where the device is one of the catalog.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="device">The device that is asked for.</param>
    /// <param name="model">The model that is asked for, a file on this machine.</param>
    /// <param name="say">Is told when step times had to be measured.</param>
    /// <exception cref="CommandLineException">The options do not go together.</exception>
    /// <exception cref="CostFileException">The file is damaged.</exception>
    public CalibratedMachine? Read(ParseResult parsed, string device, string? model, Action<string> say)
    {
        if (parsed.GetValue(_costs) is { } file)
            return Machine(CostFile.Read(file)[^1], NameOf(file), file);
        if (device != This)
            return null;
        if (model is null)
            throw new CommandLineException("--device this needs --model FILE, the model that you would serve here");
        string path = ModelReference.Resolve(model);
        if (!Path.Exists(path))
            throw new CommandLineException($"--model is '{model}'; with --device this it must be a file or directory");
        var options = new EngineOptions();
        if (new CostStore(path).Find(CostKey.Of(path, options)) is { } kept)
            return Machine(kept.Curves, NameOf(path), kept.File);
        var (curves, written) = Calibrator.Run(path, options, Calibrator.StartBudget);
        say($"measured {curves.Points.Count} of {curves.Planned} steps, kept in {written}");
        return Machine(curves, NameOf(path), written);
    }

    /// <summary>The systems that the machine's engine can run, of those asked for.</summary>
    /// <exception cref="EngineStartException">One cannot; the message says why.</exception>
    public static string Systems(string systems) =>
        string.Join(
            ',',
            systems == "all"
                ? EngineSystems.All.Select(system => system.Name)
                : systems.Split(',', StringSplitOptions.TrimEntries).Select(name => EngineSystems.Get(name).Name)
        );

    private static CalibratedMachine Machine(CostCurves curves, string name, string file) =>
        new(
            $"machine ({curves.Key.Processor})",
            $"{curves.Key.Backend}, {curves.Key.Numerics} numerics, KV cache {curves.Key.KvCacheType}, {file}",
            new ModelShape
            {
                Name = name,
                Layers = curves.Layers,
                Hidden = curves.Width,
                Heads = curves.Heads,
                KvHeads = curves.KvHeads,
                HeadDimension = Math.Max(1, curves.Width / curves.Heads),
                // Only a roofline asks for it.
                FeedForward = 0,
                Gated = true,
                Vocabulary = curves.Vocabulary,
                TiedEmbedding = false,
                // Whatever the layers keep, it adds up to the bytes that the engine counts.
                BytesPerKvElement =
                    curves.KvBytesPerToken
                    / (2.0 * curves.Layers * curves.KvHeads * Math.Max(1, curves.Width / curves.Heads)),
            },
            curves.KvTokens,
            curves.ContextLength,
            curves.Latency()
        );

    private static string NameOf(string path)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        foreach (string ending in (string[])[".tern-costs.json", ".gguf"])
            name = name.EndsWith(ending, StringComparison.Ordinal) ? name[..^ending.Length] : name;
        return name;
    }
}
