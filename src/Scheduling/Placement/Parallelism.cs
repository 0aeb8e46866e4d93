// Owns how one instance of a model is cut over devices.
namespace Tern.Scheduling.Placement;

/// <summary>Tensor (intra-operator) and pipeline (inter-operator) parallelism of one instance.</summary>
/// <param name="Tensor">Devices that share each layer; divides the attention heads.</param>
/// <param name="Pipeline">Stages the layers are cut into; divides the layers.</param>
public readonly record struct Parallelism(int Tensor, int Pipeline)
{
    /// <summary>Devices of the instance.</summary>
    public int Gpus => Tensor * Pipeline;

    /// <summary>For tables: <c>tp2·pp4</c>.</summary>
    public override string ToString() => $"tp{Tensor}·pp{Pipeline}";
}
