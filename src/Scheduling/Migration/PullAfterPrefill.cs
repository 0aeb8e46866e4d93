// Owns the migration policy "the decode worker pulls when it has room".
namespace Tern.Scheduling.Migration;

/// <summary>
/// Pull after prefill (DistServe, OSDI 2024, §4.3, and its <c>decoding_stage_scheduler.py</c>): sequences are pulled in the order in which
/// their prompts were done, when the puller has blocks for them and little of its own work waits for blocks. What is not pulled keeps
/// its blocks on the prefill worker, which so feels the decode worker's shortage: back-pressure.
/// </summary>
public sealed class PullAfterPrefill
{
    /// <summary>The constants.</summary>
    /// <param name="WaitingBlockShare">
    /// Most of the puller's blocks that those of its own sequences which wait for blocks may need, as a share
    /// (<c>waiting_block_prop_threshold</c>).
    /// </param>
    public sealed record Options(double WaitingBlockShare = 0.05);

    private readonly Options _options;

    /// <summary>Creates the policy.</summary>
    public PullAfterPrefill(Options? options = null) => _options = options ?? new Options();

    /// <summary>Whether <paramref name="puller"/> is to try to take over a parked sequence now.</summary>
    public bool ShouldPull(Scheduler puller)
    {
        var stats = puller.Stats;
        var waiting = (stats.WaitingTokens + puller.Options.BlockSize - 1) / puller.Options.BlockSize;
        return waiting + stats.HeldHostBlocks < _options.WaitingBlockShare * stats.TotalBlocks;
    }
}
