// Owns what a decision about compute shares has to know of one LLM on a shared device.
namespace Tern.Scheduling.Partitioning;

/// <summary>One LLM of a unit at the moment of a decision.</summary>
public readonly record struct ColocatedLlm
{
    /// <summary>Parts of the compute units a prefill job of it takes.</summary>
    public required int PrefillParts { get; init; }

    /// <summary>Parts a decode job of it takes.</summary>
    public required int DecodeParts { get; init; }

    /// <summary>Requests that wait for their prefill.</summary>
    public int Waiting { get; init; }

    /// <summary>When the first of them arrived, in ms; no matter if none waits.</summary>
    public double OldestWaitingMs { get; init; }

    /// <summary>Sequences that are prefilled and not over, those of jobs in flight included.</summary>
    public int Sequences { get; init; }

    /// <summary>Those of them whose next token no job computes yet.</summary>
    public int Ready { get; init; }

    /// <summary>When the request of the first of them arrived, in ms; no matter if none is ready.</summary>
    public double OldestReadyMs { get; init; }

    /// <summary>Most sequences it may have; <see cref="int.MaxValue"/> where there is no quota.</summary>
    public int SequenceQuota { get; init; }

    /// <summary>Whether its last prefill lacked blocks and nothing was given up since.</summary>
    public bool AwaitsBlocks { get; init; }

    /// <summary>Whether a prefill job of it is in flight.</summary>
    public bool PrefillInFlight { get; init; }

    /// <summary>Whether a decode job of it is in flight.</summary>
    public bool DecodeInFlight { get; init; }
}
