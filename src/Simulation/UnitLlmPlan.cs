// Owns the description of one LLM of a unit.
using Tern.Scheduling.Latency;

namespace Tern.Simulation;

/// <summary>An LLM that shares a mesh with others.</summary>
public sealed record UnitLlmPlan
{
    /// <summary>What requests call it (<see cref="Workloads.TraceRequest.Model"/>).</summary>
    public required string Name { get; init; }

    /// <summary>Requests in a second that are expected; quotas begin by it.</summary>
    public required double RatePerSecond { get; init; }

    /// <summary>Mean tokens of a sequence, prompt and answer; quotas are counted in such sequences.</summary>
    public required double SequenceTokens { get; init; }

    /// <summary>Head-wise blocks that a block's tokens take: layers · KV heads · 2.</summary>
    public required int GroupBlocks { get; init; }

    /// <summary>Parts of the compute units a prefill takes.</summary>
    public required int PrefillParts { get; init; }

    /// <summary>Parts of the compute units a decode takes.</summary>
    public required int DecodeParts { get; init; }

    /// <summary>What its steps ask of the mesh's devices.</summary>
    public required ColocatedRoofline Latency { get; init; }
}
