// Owns reading a cluster description.
using Tern.Scheduling.Latency;

namespace Tern.Simulation.Planning;

/// <summary>
/// Reads a cluster from JSON, for example
/// <c>{ "nodes": 4, "gpus_per_node": 8, "device": "a100-80g", "network_gbit_per_s": 25 }</c>.
/// <list type="bullet">
/// <item><c>nodes</c>, <c>gpus_per_node</c>: whole numbers from 1 to 65,536 together at most 1,048,576 devices</item>
/// <item><c>device</c>: a name of <see cref="DeviceCatalog"/></item>
/// <item><c>interconnect_gb_per_s</c>: within a node, 10⁹ bytes a second and direction; the device's sheet if not given</item>
/// <item><c>network_gbit_per_s</c>: between nodes, 10⁹ bits a second and direction; needed with more than one node</item>
/// <item><c>network_latency_ms</c>: ms before the first byte arrives from another node; 0.01 if not given</item>
/// </list>
/// </summary>
public static class ClusterDescriptionReader
{
    private const int MostDevices = 1 << 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="PlanningFormatException">A field is bad; it is named, with what would be valid.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ClusterDescription Read(string path) => Parse(File.ReadAllText(path), path);

    /// <summary>Reads a text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="file">Where it is from, for messages.</param>
    /// <exception cref="PlanningFormatException">A field is bad; it is named, with what would be valid.</exception>
    public static ClusterDescription Parse(string json, string file = "cluster")
    {
        var fields = PlanningJson.Read(json, PlanningJsonContext.Default.ClusterFields, file);
        Require(fields.Nodes is >= 1 and <= 65_536, "nodes", fields.Nodes, "a whole number from 1 to 65536");
        Require(
            fields.GpusPerNode is >= 1 and <= 65_536 && (long)fields.Nodes * fields.GpusPerNode <= MostDevices,
            "gpus_per_node",
            fields.GpusPerNode,
            $"a whole number from 1 to 65536, and at most {MostDevices} devices in all"
        );
        var device =
            DeviceCatalog.All.FirstOrDefault(d => d.Name == fields.Device)
            ?? throw Bad(
                "device",
                $"unknown device '{fields.Device}'; known are {string.Join(", ", DeviceCatalog.All.Select(d => d.Name))}"
            );
        var interconnect = fields.InterconnectGbPerS ?? device.InterconnectBytesPerSecond / 1e9;
        Require(IsSpeed(interconnect), "interconnect_gb_per_s", interconnect, "positive and finite");
        if (fields is { Nodes: > 1, NetworkGbitPerS: null })
            throw Bad("network_gbit_per_s", $"missing; {fields.Nodes} nodes have a network between them");
        var network = fields.NetworkGbitPerS ?? 8 * interconnect;
        Require(IsSpeed(network), "network_gbit_per_s", network, "positive and finite");
        var latencyMs = fields.NetworkLatencyMs ?? 0.01;
        Require(double.IsFinite(latencyMs) && latencyMs >= 0, "network_latency_ms", latencyMs, "finite and at least 0");
        return new ClusterDescription
        {
            Nodes = fields.Nodes,
            GpusPerNode = fields.GpusPerNode,
            Device = device,
            Interconnect = LinkPlan.GigabytesPerSecond(interconnect),
            Network = LinkPlan.GigabytesPerSecond(network / 8, latencyMs),
        };

        void Require(bool holds, string field, object value, string valid)
        {
            if (!holds)
                throw Bad(field, FormattableString.Invariant($"{value} is not {valid}"));
        }

        PlanningFormatException Bad(string field, string problem) => new(file, field, problem);
    }

    private static bool IsSpeed(double value) => double.IsFinite(value) && value > 0;
}
