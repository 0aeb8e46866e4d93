// Owns the composition that is Orca.
using Tern.Scheduling.Batching;

namespace Tern.Scheduling.Systems;

/// <summary>Orca: requests join and leave at every step; memory for the longest sequence is reserved for each.</summary>
public static class Orca
{
    /// <summary>The composition; it reserves as vLLM's paper describes "Orca (Max)" (SOSP 2023, §6.1).</summary>
    public static ServingSystem System { get; } =
        new()
        {
            Name = "orca",
            Source = "Yu et al.: Orca: A Distributed Serving System for Transformer-Based Generative Models, OSDI 2022",
            Batching = new SelectiveBatching(),
            Reservation = KvReservation.Longest,
        };
}
