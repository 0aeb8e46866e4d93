// Owns the names of what a worker does with a request.
namespace Tern.Scheduling;

/// <summary>Which part of a request's life a worker serves.</summary>
public enum WorkerRole
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>The prompt and the first token; then the sequence is parked until another worker pulls it.</summary>
    Prefill,

    /// <summary>The tokens after the first, of sequences pulled from others.</summary>
    Decode,
}
