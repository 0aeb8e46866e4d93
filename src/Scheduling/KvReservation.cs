// Owns the ways of reserving KV memory when a sequence is admitted.
namespace Tern.Scheduling;

/// <summary>How much KV memory a sequence is given at admission.</summary>
public enum KvReservation
{
    /// <summary>Blocks for the tokens there are; more as it grows (vLLM, SOSP 2023, §4).</summary>
    Paged,

    /// <summary>Room for prompt and longest allowed answer (vLLM's "Orca (Oracle)", SOSP 2023, §6.1).</summary>
    Answer,

    /// <summary>Room for the longest sequence there may be (vLLM's "Orca (Max)", SOSP 2023, §6.1).</summary>
    Longest,
}
