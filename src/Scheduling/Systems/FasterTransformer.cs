// Owns the composition that is static batching.
using Tern.Scheduling.Batching;

namespace Tern.Scheduling.Systems;

/// <summary>FasterTransformer: one batch after the other, answers handed out together when the batch is over.</summary>
public static class FasterTransformer
{
    /// <summary>The composition.</summary>
    public static ServingSystem System { get; } =
        new()
        {
            Name = "faster-transformer",
            Source = "NVIDIA FasterTransformer, as described by Yu et al.: Orca, OSDI 2022, §2",
            Batching = new StaticBatching(),
            Reservation = KvReservation.Longest,
            AnswersTogether = true,
        };
}
