// Owns the decision to start one job on a share of a device.
namespace Tern.Scheduling.Partitioning;

/// <summary>A job to start.</summary>
/// <param name="Llm">Index of the LLM in its unit.</param>
/// <param name="IsPrefill">Whether it prefills; else it decodes one token for each ready sequence.</param>
/// <param name="Parts">Parts of the compute units it takes.</param>
public readonly record struct JobLaunch(int Llm, bool IsPrefill, int Parts);
