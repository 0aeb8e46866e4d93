// Owns what a profiling run of a pipeline's layers and tail would measure.
using Tern.Scheduling.Latency;
using Tern.Scheduling.Partitioning;

namespace Tern.Simulation.Deployments;

/// <summary>Samples from which DynaPipe's predictor is fitted.</summary>
internal static class StageProfile
{
    /// <summary>Decodes, chunks of prompts and both together, over sizes and contexts.</summary>
    public static IReadOnlyList<StageSample> Of(Roofline latency)
    {
        var samples = new List<StageSample>();
        foreach (var sequences in (ReadOnlySpan<int>)[0, 1, 4, 16, 32, 64, 128, 256])
        foreach (var context in (ReadOnlySpan<int>)[128, 512, 1024, 2048])
        foreach (var chunk in (ReadOnlySpan<int>)[0, 64, 256, 512, 1024, 1536, 1792])
        {
            if (sequences + chunk == 0)
                continue;
            var step = StepShape.Decode(sequences, (long)sequences * context) with
            {
                PrefillSequences = chunk > 0 ? 1 : 0,
                PrefillTokens = chunk,
                PrefillContext = chunk,
                PrefillPairs = (long)chunk * (chunk + 1) / 2,
            };
            var layerMs = latency.LayersMs(step, 1, DeviceShare.Whole);
            samples.Add(new StageSample(step, layerMs, latency.HeadMs(step, DeviceShare.Whole)));
        }
        return samples;
    }
}
