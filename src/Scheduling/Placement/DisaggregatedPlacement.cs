// Owns where one prefill and one decode instance lie: how each is cut, and into how many segments both are cut alike.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Placement;

/// <summary>
/// A prefill and a decode instance (DistServe, OSDI 2024, §4.2). Both are cut into <paramref name="CrossPipeline"/> segments of layers; the
/// prefill and the decode devices of a segment share a node, so keys and values never leave it.
/// </summary>
/// <param name="CrossPipeline">Segments, which may lie on different nodes; 1 where the network is as fast as the node.</param>
/// <param name="Prefill">How the prefill side of a segment is cut.</param>
/// <param name="Decode">How the decode side of a segment is cut.</param>
public readonly record struct DisaggregatedPlacement(int CrossPipeline, Parallelism Prefill, Parallelism Decode)
{
    /// <summary>The whole prefill instance: all segments' stages one after the other.</summary>
    public Parallelism PrefillInstance => Prefill with { Pipeline = CrossPipeline * Prefill.Pipeline };

    /// <summary>The whole decode instance.</summary>
    public Parallelism DecodeInstance => Decode with { Pipeline = CrossPipeline * Decode.Pipeline };

    /// <summary>Devices of one segment, which fit in a node.</summary>
    public int GpusPerSegment => Prefill.Devices + Decode.Devices;

    /// <summary>Devices of both instances.</summary>
    public int Gpus => CrossPipeline * GpusPerSegment;

    /// <summary>For tables: <c>prefill tp2·pp1, decode tp1·pp1</c>.</summary>
    public override string ToString() =>
        $"prefill {PrefillInstance}, decode {DecodeInstance}{(CrossPipeline > 1 ? $", in {CrossPipeline} segments" : "")}";
}
