// Owns the orders in which colocated LLMs launch jobs.
namespace Tern.Scheduling.Partitioning;

/// <summary>Which LLM launches next.</summary>
public enum LaunchOrder
{
    /// <summary>Each in turn; one that cannot launch is passed over.</summary>
    Adaptive,

    /// <summary>Each in turn; whoever has the turn for a prefill and lacks only compute units keeps it.</summary>
    RoundRobin,

    /// <summary>The LLM whose request arrived first; one prefill at a time, and who lacks compute units holds up those behind.</summary>
    FirstComeFirstServed,
}
