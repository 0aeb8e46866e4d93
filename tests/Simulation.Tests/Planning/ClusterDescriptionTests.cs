// Owns what a cluster description may say, and the errors that name the field.
using Tern.Simulation.Planning;

namespace Tern.Simulation.Tests.Planning;

public sealed class ClusterDescriptionTests
{
    [Fact]
    public void A_cluster_is_read_with_its_links_in_bytes()
    {
        var cluster = ClusterDescriptionReader.Parse(
            """{ "nodes": 4, "gpus_per_node": 8, "device": "a100-80g", "network_gbit_per_s": 25, "network_latency_ms": 0.02 }"""
        );
        Assert.Equal((4, 8, 32), (cluster.Nodes, cluster.GpusPerNode, cluster.Gpus));
        Assert.Equal(3.125e6, cluster.Network.BytesPerMs);
        Assert.Equal(0.02, cluster.Network.LatencyMs);
        Assert.Equal(cluster.Device.InterconnectBytesPerSecond / 1000, cluster.Interconnect.BytesPerMs);
    }

    [Theory]
    [InlineData("""{ "nodes": 0, "gpus_per_node": 8, "device": "h100" }""", "nodes", "0 is not a whole number from 1")]
    [InlineData("""{ "nodes": 1, "gpus_per_node": 70000, "device": "h100" }""", "gpus_per_node", "70000 is not")]
    [InlineData("""{ "nodes": 65536, "gpus_per_node": 17, "device": "h100" }""", "gpus_per_node", "at most 1048576")]
    [InlineData("""{ "nodes": 1, "gpus_per_node": 8, "device": "b100" }""", "device", "known are")]
    [InlineData("""{ "nodes": 2, "gpus_per_node": 8, "device": "h100" }""", "network_gbit_per_s", "missing")]
    [InlineData(
        """{ "nodes": 2, "gpus_per_node": 8, "device": "h100", "network_gbit_per_s": -1 }""",
        "network_gbit_per_s",
        "-1 is not positive"
    )]
    [InlineData(
        """{ "nodes": 1, "gpus_per_node": 8, "device": "h100", "network_latency_ms": -1 }""",
        "network_latency_ms",
        "at least 0"
    )]
    [InlineData(
        """{ "nodes": 1, "gpus_per_node": 8, "device": "h100", "interconnect_gb_per_s": 0 }""",
        "interconnect_gb_per_s",
        "0 is not positive"
    )]
    [InlineData("""{ "nodes": 1.5, "gpus_per_node": 8, "device": "h100" }""", "nodes", "could not be converted")]
    [InlineData("""{ "nodes": 1, "gpus_per_node": 8, "device": "h100", "gpu": 1 }""", "gpu", "gpu")]
    [InlineData("""{ "nodes": 1, "nodes": 1, "gpus_per_node": 8, "device": "h100" }""", "nodes", "nodes")]
    [InlineData("""{ "gpus_per_node": 8, "device": "h100" }""", "", "nodes")]
    [InlineData("""{ "nodes": 1, """, "", "")]
    [InlineData("null", "", "null")]
    public void A_bad_field_is_named_with_what_would_be_valid(string json, string field, string says)
    {
        var error = Assert.Throws<PlanningFormatException>(() => ClusterDescriptionReader.Parse(json, "c.json"));
        Assert.Equal((field, "c.json"), (error.Field, error.File));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }
}
