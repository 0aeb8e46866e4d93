// Owns what the engine keeps of a request while it is in flight.
using Tern.Engine.Output;
using Tern.Scheduling;

namespace Tern.Engine.Requests;

/// <summary>A validated request: what the scheduler, the sampler and the reader need of it.</summary>
internal sealed class ActiveRequest
{
    /// <summary>What was asked.</summary>
    public required GenerationRequest Source { get; init; }

    /// <summary>The scheduler's view of it.</summary>
    public required Request Scheduled { get; init; }

    /// <summary>The way to the reader.</summary>
    public required RequestStream Stream { get; init; }

    /// <summary>Seed of its random numbers, drawn when the caller gave none.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Tokens masked before <see cref="Sampling.SamplingParams.MinTokens"/>.</summary>
    public required int[] EndTokens { get; init; }

    /// <summary>Whether a step has held it. Engine thread only.</summary>
    public bool HasBegun { get; set; }
}
