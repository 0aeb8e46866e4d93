// Owns the fields of a cluster description as the file has them.
namespace Tern.Simulation.Planning;

/// <summary>A cluster in JSON; <see cref="ClusterDescriptionReader"/> says what each field means.</summary>
internal sealed record ClusterFields
{
    public required int Nodes { get; init; }

    public required int GpusPerNode { get; init; }

    public required string Device { get; init; }

    public double? InterconnectGbPerS { get; init; }

    public double? NetworkGbitPerS { get; init; }

    public double? NetworkLatencyMs { get; init; }
}
