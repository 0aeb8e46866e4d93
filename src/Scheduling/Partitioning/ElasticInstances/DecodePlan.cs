// Owns how one group decodes in the next iteration.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>A group's next decode iteration.</summary>
/// <param name="Groups">Positions of the groups it is made of; the first takes in the others.</param>
/// <param name="Instances">Its instances.</param>
/// <param name="MiniBatches">Its masters, in the order of its sequences.</param>
/// <param name="ScaleUps">How often instances were added to it.</param>
public sealed record DecodePlan(
    IReadOnlyList<int> Groups,
    IReadOnlyList<int> Instances,
    IReadOnlyList<MiniBatch> MiniBatches,
    int ScaleUps
);
