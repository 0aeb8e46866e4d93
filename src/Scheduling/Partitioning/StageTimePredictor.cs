// Owns the prediction of how long a layer and the sampling after the last one take.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Partitioning;

/// <summary>
/// DynaPipe's two linear models (§ execution-time predictor): <c>T_layer = Σ(φ1·n + φ2·n·L + ε)</c> over the sequences of a batch and
/// <c>T_sample = α·N + β</c>. <c>n·L</c> is counted as the query-key pairs that are really computed: the same for a decode, and for
/// a chunk of a prompt without the pairs that causality leaves out. All coefficients in ms.
/// </summary>
public sealed record StageTimePredictor
{
    /// <summary>φ1: ms a layer needs for each row.</summary>
    public required double LayerPerToken { get; init; }

    /// <summary>φ2: ms a layer needs for each pair of query and key.</summary>
    public required double LayerPerPair { get; init; }

    /// <summary>ε: ms a layer needs for each sequence.</summary>
    public required double LayerPerSequence { get; init; }

    /// <summary>Ms a layer needs for any batch: reading its weights. 0 as published; fitted on request.</summary>
    public double LayerFixed { get; init; }

    /// <summary>α: ms for each token sampled.</summary>
    public required double SamplePerToken { get; init; }

    /// <summary>β: ms of logits and sampling for any batch.</summary>
    public required double SampleFixed { get; init; }

    /// <summary>Predicted ms of one layer.</summary>
    public double LayerMs(in StepShape step) =>
        LayerFixed + LayerPerToken * step.Rows + LayerPerPair * step.AttentionPairs + LayerPerSequence * step.Sequences;

    /// <summary>Predicted ms of logits and sampling; nothing if the step samples nothing.</summary>
    public double SampleMs(in StepShape step) =>
        step.SampledTokens == 0 ? 0 : SampleFixed + SamplePerToken * step.SampledTokens;

    /// <summary>
    /// The predictor with the least squared relative error over measurements, so that small batches count like large ones. With <paramref name="fixedPart"/> a layer also has a part that
    /// does not depend on the batch, which the published form lacks and memory-bound steps need.
    /// </summary>
    /// <exception cref="ArgumentException">The measurements do not determine the coefficients.</exception>
    public static StageTimePredictor Fit(IReadOnlyList<StageSample> samples, bool fixedPart = false)
    {
        var layer = new LeastSquares(fixedPart ? 4 : 3);
        var sampling = new LeastSquares(2);
        foreach (var sample in samples)
        {
            var step = sample.Step;
            var (layerMs, sampleMs) = (sample.LayerMs, sample.SampleMs);
            ReadOnlySpan<double> row =
            [
                step.Rows / layerMs,
                step.AttentionPairs / layerMs,
                step.Sequences / layerMs,
                1 / layerMs,
            ];
            layer.Add(row[..layer.Unknowns], 1);
            if (step.SampledTokens > 0)
                sampling.Add([step.SampledTokens / sampleMs, 1 / sampleMs], 1);
        }
        var phi = layer.Solve("a layer needs batches that differ in rows, in pairs and in sequences");
        var tail = sampling.Solve("sampling needs batches that differ in the number of samples");
        return new StageTimePredictor
        {
            LayerPerToken = phi[0],
            LayerPerPair = phi[1],
            LayerPerSequence = phi[2],
            LayerFixed = fixedPart ? phi[3] : 0,
            SamplePerToken = tail[0],
            SampleFixed = tail[1],
        };
    }
}
