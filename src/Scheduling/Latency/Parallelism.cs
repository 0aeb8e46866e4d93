// Owns the degrees of parallelism of one instance of a model.
namespace Tern.Scheduling.Latency;

/// <summary>How many devices share the work of an instance, and how.</summary>
/// <param name="Tensor">Devices that split every matrix and the heads.</param>
/// <param name="Pipeline">Stages that split the layers.</param>
/// <param name="Sequence">Groups of devices, each with all weights, that split a prompt's rows and the cached tokens (LoongServe, elastic sequence parallelism).</param>
public sealed record Parallelism(int Tensor = 1, int Pipeline = 1, int Sequence = 1)
{
    /// <summary>Devices of the instance.</summary>
    public int Devices => Tensor * Pipeline * Sequence;

    /// <summary>For tables: <c>tp2·pp4</c>, and <c>·sp2</c> where sequences are split.</summary>
    public override string ToString() => $"tp{Tensor}·pp{Pipeline}{(Sequence > 1 ? $"·sp{Sequence}" : "")}";
}
