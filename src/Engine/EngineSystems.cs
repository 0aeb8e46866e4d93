// Owns which serving systems one engine can run: those that need one device, one lane and no second memory.
using Tern.Scheduling;
using Tern.Scheduling.Batching;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Ordering;
using Tern.Scheduling.Preemption;
using Tern.Scheduling.Systems;

namespace Tern.Engine;

/// <summary>The systems of the catalog whose policies an engine can carry out; the others run in the simulator.</summary>
public static class EngineSystems
{
    // An ordinary desktop processor: what it reads and multiplies in a ms. Policies compare steps with each other, so the order of
    // magnitude is enough.
    private const double BytesPerMs = 20e6;
    private const double WeightsPerMs = 100e6;

    /// <summary>The systems, in the order of the catalog.</summary>
    public static IReadOnlyList<ServingSystem> All { get; } =
    [.. SystemCatalog.All.Where(system => Obstacle(system) is null)];

    /// <summary>The system with this name.</summary>
    /// <exception cref="EngineStartException">There is none, or an engine cannot run it; the message says why and lists those it can.</exception>
    public static ServingSystem Get(string name)
    {
        foreach (var system in SystemCatalog.All)
        {
            if (system.Name != name)
                continue;
            if (Obstacle(system) is { } obstacle)
                throw Refused($"'{name}' {obstacle}, which an engine of one device has not");
            return system;
        }
        throw Refused($"there is no serving system '{name}'");
    }

    /// <summary>Whether what the system does depends on how long steps take.</summary>
    internal static bool DecidesByStepTimes(ServingSystem system) =>
        system
            is { Ordering: SkipJoinMlfq or ShortestInTime }
                or { Batching: DeadlineChunks }
                or { Preemption: ProactiveSwap };

    /// <summary>How long steps may take on some machine, for systems that decide by it where nothing was measured.</summary>
    /// <param name="weightBytes">Bytes of the model's weights; each step reads them, each row multiplies them.</param>
    internal static Linear Estimate(long weightBytes) =>
        new(
            fixedMs: Math.Max(1e-3, weightBytes / BytesPerMs),
            perPrefillToken: weightBytes / WeightsPerMs,
            perContextToken: 0,
            perSequence: weightBytes / WeightsPerMs
        );

    private static string? Obstacle(ServingSystem system) =>
        system switch
        {
            { Migration: not null } => "moves sequences between workers",
            { DecodeBatching: not null } => "runs prefills and decodes in two lanes",
            { Partitioning: not null } => "moves layers between the stages of a pipeline",
            { Restore: not null } => "loads prefixes from a slower tier",
            _ => null,
        };

    private static EngineStartException Refused(string why) =>
        new(
            nameof(EngineOptions.System),
            $"{why}; System must be one of {string.Join(", ", All.Select(system => system.Name))}"
        );
}
