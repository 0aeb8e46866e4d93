// Owns the simulation of LLMs that share GPUs in space and time.
using Tern.Scheduling;
using Tern.Simulation.Workloads;

namespace Tern.Simulation;

/// <summary>
/// A cluster of units, each with several LLMs whose schedulers run prefill and decode jobs side by side on shares of the same GPUs
/// (MuxServe, ICML 2024). A request goes to the unit that has its LLM; units do not see each other.
/// </summary>
public sealed class MultiplexedSimulation : ISimulation
{
    private readonly IReadOnlyList<UnitPlan> _units;
    private readonly ServingSystem _system;
    private readonly Dictionary<string, int> _unitOf = [];

    /// <summary>Creates the simulation.</summary>
    /// <param name="units">The units.</param>
    /// <param name="system">The policies of each LLM's scheduler; it must have a decode lane.</param>
    /// <exception cref="ArgumentException">An LLM is in two units or cannot run in its unit, or a unit has none.</exception>
    public MultiplexedSimulation(IReadOnlyList<UnitPlan> units, ServingSystem system)
    {
        if (units.Count == 0)
            throw new ArgumentException("there is no unit", nameof(units));
        if (system.DecodeBatching is null)
            throw new ArgumentException($"'{system.Name}' has no lane for decodes of their own", nameof(system));
        (_units, _system) = (units, system);
        for (var unit = 0; unit < units.Count; unit++)
            Check(units[unit], unit);
    }

    /// <summary>Is told of every LLM's quota when a unit starts and whenever it adapts.</summary>
    public Action<QuotaSample>? Adapted { get; init; }

    /// <summary>Whether <see cref="SimulationResult.Timelines"/> is wanted; its size grows with the run.</summary>
    public bool KeepTimelines { get; init; } = true;

    /// <summary>Is told of every request that is over, and which LLM served it.</summary>
    public Action<string, RequestTimeline>? Finished { get; init; }

    /// <summary>Watches the run over time if there are any; new ones for each run.</summary>
    public RunGauges? Gauges { get; init; }

    /// <inheritdoc/>
    public SimulationResult Run(IEnumerable<TraceRequest> workload, CancellationToken cancellation = default)
    {
        SimulatedUnit[] units =
        [
            .. _units.Select(unit => new SimulatedUnit(unit, _system)
            {
                Adapted = Adapted,
                Finished = Finished,
                Gauges = Watch(unit),
            }),
        ];
        List<RequestTimeline> timelines = [];
        List<(int, string)> refused = [];
        var clock = new VirtualClock();
        var served = 0L;
        foreach (var request in workload)
        {
            cancellation.ThrowIfCancellationRequested();
            clock.AdvanceTo(request.ArrivalMs);
            if (!_unitOf.TryGetValue(request.Model, out var unit))
            {
                refused.Add(
                    (request.Row, $"no unit has the LLM '{request.Model}'; there are {string.Join(", ", _unitOf.Keys)}")
                );
                continue;
            }
            units[unit].AdvanceTo(request.ArrivalMs);
            try
            {
                var timeline = units[unit].Add(request);
                served++;
                if (KeepTimelines)
                    timelines.Add(timeline);
            }
            catch (RequestRefusedException exception)
            {
                refused.Add((request.Row, exception.Message));
            }
        }
        foreach (var unit in units)
            unit.Finish();
        return new SimulationResult
        {
            Timelines = timelines,
            Refused = refused,
            Batches = [],
            Served = served,
            DurationMs = units.Max(unit => unit.EndMs),
            Migrations = 0,
            Events = units.Sum(unit => unit.Events),
            Workers =
            [
                .. units.SelectMany((unit, i) => unit.Reports().Select(llm => llm with { Devices = _units[i].Gpus })),
            ],
        };
    }

    /// <summary>Units have clocks of their own; the LLMs of one hold blocks of the same memory.</summary>
    private RunGauges? Watch(UnitPlan unit)
    {
        var gauges = Gauges?.AddPart(unit.BlockBytes);
        for (var i = 0; i < unit.Llms.Count; i++)
            gauges?.AddWorker(i == 0 ? unit.KvBlocks : 0);
        return gauges;
    }

    private void Check(UnitPlan plan, int unit)
    {
        if (plan.Llms.Count == 0)
            throw new ArgumentException($"unit '{plan.Name}' has no LLM");
        foreach (var llm in plan.Llms)
        {
            if (!_unitOf.TryAdd(llm.Name, unit))
                throw new ArgumentException($"LLM '{llm.Name}' is in two units; it must be in one");
            var most = plan.Batching.Parts + plan.Batching.OverbookedParts;
            if (llm.PrefillParts < 1 || llm.PrefillParts > most || llm.DecodeParts < 1 || llm.DecodeParts > most)
                throw new ArgumentException($"LLM '{llm.Name}': parts must be from 1 to {most}");
        }
        var groups = (plan.MaxModelLength + plan.BlockSize - 1) / plan.BlockSize;
        var needed = plan.Llms.Sum(llm => (long)groups * llm.GroupBlocks);
        if (plan.KvBlocks < needed)
            throw new ArgumentException(
                $"unit '{plan.Name}' has {plan.KvBlocks} KV blocks; one sequence of {plan.MaxModelLength} tokens of each LLM takes {needed}"
            );
    }
}
