// Owns what is known of a model's instances: how fast each cut is and how many tokens it holds.
using Tern.Scheduling.Latency;

namespace Tern.Simulation.Planning;

/// <summary>Speed and KV memory of one instance of a model, for every way to cut it.</summary>
public sealed record InstanceModel
{
    /// <summary>Step times of an instance cut like this; only asked where <see cref="Refuse"/> is null.</summary>
    public required Func<Parallelism, IStagedLatencyModel> Latency { get; init; }

    /// <summary>KV tokens of an instance cut like this.</summary>
    public required Func<Parallelism, long> KvTokens { get; init; }

    /// <summary>Why an instance cut like this cannot be run, or null if it can.</summary>
    public required Func<Parallelism, string?> Refuse { get; init; }

    /// <summary>Bytes of keys and values of a token over all layers.</summary>
    public required double KvBytesPerToken { get; init; }

    /// <summary>Instances on the devices of a cluster, computed from data sheet and dimensions.</summary>
    public static InstanceModel Of(DeviceSheet device, ModelShape model)
    {
        return new()
        {
            Latency = cut => new Roofline(device, model, cut),
            KvTokens = Tokens,
            Refuse = cut =>
                Tokens(cut) > 0
                    ? null
                    : FormattableString.Invariant(
                        $"the weights of {model.Name}, {model.WeightBytes / 1e9:F0} GB over {cut.Devices} devices, leave no room for keys and values in {device.MemoryBytes / 1e9:F0} GB each"
                    ),
            KvBytesPerToken = model.KvBytesPerToken,
        };

        long Tokens(Parallelism cut) => KvCapacity.Tokens(device.MemoryBytes, model, cut.Tensor, cut.Pipeline);
    }
}
