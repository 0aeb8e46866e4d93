// Owns the numbers LoongServe's scheduler is given, and which of them make sense.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>Sizes and thresholds. Defaults are those of the released code's command line.</summary>
public sealed record ElasticOptions
{
    /// <summary>Elastic instances, each with all weights.</summary>
    public required int Instances { get; init; }

    /// <summary>Token slots of one instance (<c>max_total_token_num</c>).</summary>
    public required int SlotsPerInstance { get; init; }

    /// <summary>How instances work together.</summary>
    public ElasticParallelism Parallelism { get; init; } = ElasticParallelism.Elastic;

    /// <summary>Most tokens prefilled at once (<c>batch_max_tokens</c>; the artifact's value).</summary>
    public int MaxBatchTokens { get; init; } = 500_000;

    /// <summary>Most sequences running at once (<c>running_max_req_size</c>).</summary>
    public int MaxSequences { get; init; } = 1000;

    /// <summary>Ms a decode iteration is expected to take (<c>avg_decoding_time</c>).</summary>
    public double AverageDecodingMs { get; init; } = 30;

    /// <summary>Admissions in a row that may overtake a request that waits longer (<c>max_num_ooe</c>).</summary>
    public int MaxOutOfOrder { get; init; } = 10;

    /// <summary>Tipping point from memory to compute: ms that a prefill of several prompts may take (<c>max_prefill_time</c>; §5.1).</summary>
    public double MaxPrefillMs { get; init; } = 500;

    /// <summary>Decode iterations between two looks at the waiting requests (<c>max_wait_tokens</c>).</summary>
    public int MaxWaitIterations { get; init; } = 10;

    /// <summary>Mini-batch at which dense layers become compute bound (<c>min_comp_bound_decoding_batch_size</c>; §5.4).</summary>
    public int MinComputeBoundBatch { get; init; } = 100;

    /// <summary>Whether decode groups may take more instances (ablation: <c>disable_scale_up</c>).</summary>
    public bool EnableScaleUp { get; init; } = true;

    /// <summary>Which search finds the prefill batches.</summary>
    public BatchingBound BatchingBound { get; init; } = BatchingBound.Exact;

    /// <summary>How the gain of preempting decodes is estimated.</summary>
    public PreemptionGain PreemptionGain { get; init; } = PreemptionGain.ReleasedCode;

    /// <summary>
    /// Longest sequence that can ever be served, in tokens: the slots of all instances, of one where a sequence cannot grow onto others, and
    /// at most <see cref="MaxBatchTokens"/>.
    /// </summary>
    public int MaxSequenceLength =>
        Math.Min(
            MaxBatchTokens,
            Parallelism == ElasticParallelism.Fixed || (Parallelism == ElasticParallelism.Elastic && EnableScaleUp)
                ? Instances * SlotsPerInstance
                : SlotsPerInstance
        );

    /// <summary>Returns these options if they make sense.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One does not; it is named, with what would be valid.</exception>
    public ElasticOptions Validated()
    {
        Require(Instances >= 1, nameof(Instances), Instances, "at least 1");
        Require(SlotsPerInstance >= 1, nameof(SlotsPerInstance), SlotsPerInstance, "at least 1");
        Require(
            (long)Instances * SlotsPerInstance <= int.MaxValue,
            nameof(SlotsPerInstance),
            SlotsPerInstance,
            $"at most {int.MaxValue / Instances} with {Instances} instances"
        );
        Require(
            Parallelism != ElasticParallelism.Disaggregated || Instances == 2,
            nameof(Instances),
            Instances,
            "2 where one instance prefills and the other decodes"
        );
        Require(MaxBatchTokens >= 1, nameof(MaxBatchTokens), MaxBatchTokens, "at least 1");
        Require(MaxSequences >= 1, nameof(MaxSequences), MaxSequences, "at least 1");
        Require(AverageDecodingMs > 0, nameof(AverageDecodingMs), AverageDecodingMs, "positive");
        Require(MaxOutOfOrder >= 0, nameof(MaxOutOfOrder), MaxOutOfOrder, "at least 0");
        Require(MaxPrefillMs >= 0, nameof(MaxPrefillMs), MaxPrefillMs, "at least 0");
        Require(MaxWaitIterations >= 0, nameof(MaxWaitIterations), MaxWaitIterations, "at least 0");
        Require(MinComputeBoundBatch >= 1, nameof(MinComputeBoundBatch), MinComputeBoundBatch, "at least 1");
        return this;
    }

    /// <summary>Throws if a scheduler with these options could never serve the request.</summary>
    internal void RefuseUnlessServable(Request request)
    {
        request.RefuseUnlessServable(
            new SchedulerOptions
            {
                BlockCount = MaxSequenceLength,
                BlockSize = 1,
                MaxSequences = 1,
                EnablePrefixCaching = false,
            }
        );
        var longest = (long)request.PromptTokens + request.MaxNewTokens;
        if (longest > MaxSequenceLength)
            throw new RequestRefusedException(
                RefusalReason.TooLong,
                $"prompt and answer have up to {longest} tokens; a sequence can have {MaxSequenceLength} here"
            );
    }

    private static void Require(bool holds, string name, object value, string valid)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {valid}.");
    }
}
