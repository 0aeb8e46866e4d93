// Owns the door of an engine: what servers, command lines and clusters may ask, in process or remote alike.
using Tern.Engine.Requests;

namespace Tern.Engine;

/// <summary>A running model that answers requests concurrently. Thread-safe.</summary>
public interface IEngineClient : IAsyncDisposable
{
    /// <summary>What is served and within which limits.</summary>
    EngineInfo Info { get; }

    /// <summary>A snapshot of load, cache and progress counters.</summary>
    EngineStats Stats { get; }

    /// <summary>Answers a request as a stream of steps. Cancelling the token frees its blocks within one step.</summary>
    /// <exception cref="RequestRejectedException">The request can never run, or the queue is full.</exception>
    IAsyncEnumerable<GenerationOutput> GenerateAsync(
        GenerationRequest request,
        CancellationToken cancellationToken = default
    );

    /// <summary>The embedding of a token sequence, <c>[width]</c>, normalized to length 1.</summary>
    /// <exception cref="RequestRejectedException">The model cannot embed, or the input is too long.</exception>
    Task<float[]> EmbedAsync(IReadOnlyList<int> tokens, CancellationToken cancellationToken = default);
}
