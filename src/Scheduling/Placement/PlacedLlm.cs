// Owns the place one LLM was given and what is expected of it there.
namespace Tern.Scheduling.Placement;

/// <summary>An LLM of a unit.</summary>
/// <param name="Llm">The LLM.</param>
/// <param name="DecodeShare">Share of the compute units its decodes get, above 0 and at most 1.</param>
/// <param name="Batch">Sequences it is expected to decode at once.</param>
/// <param name="Throughput">Requests it is expected to serve in a second; never more than arrive.</param>
/// <param name="Limit">What keeps it from serving more.</param>
public sealed record PlacedLlm(
    MultiplexedLlm Llm,
    double DecodeShare,
    int Batch,
    double Throughput,
    ServingLimit Limit
);
