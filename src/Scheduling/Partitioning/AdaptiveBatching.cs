// Owns the sharing of one device's compute units and KV blocks among colocated LLMs: who launches next, and who holds how much.
namespace Tern.Scheduling.Partitioning;

/// <summary>
/// Adaptive batch scheduling, ADBS (MuxServe, ICML 2024, §3.3, algorithm 3), and the variants it was compared with. Prefills go first,
/// in turns; decodes fill what is left of the compute units. Pure: it decides about a snapshot and changes nothing but what it is given.
/// </summary>
public sealed record AdaptiveBatching
{
    /// <summary>Who launches next.</summary>
    public LaunchOrder Order { get; init; } = LaunchOrder.Adaptive;

    /// <summary>How KV blocks are shared.</summary>
    public QuotaRule Quotas { get; init; } = QuotaRule.Adaptive;

    /// <summary>Whether prefill and decode of one LLM exclude each other (released code: <c>fix</c>).</summary>
    public bool ExclusivePhases { get; init; }

    /// <summary>Parts the compute units are handed out in (released code: 10).</summary>
    public int Parts { get; init; } = 10;

    /// <summary>Parts that may be handed out twice at once (released code: <c>overload_threshold</c>, 2 in the emitted plans).</summary>
    public int OverbookedParts { get; init; } = 2;

    /// <summary>Ms between two adaptations of the quotas (released code: 8 s).</summary>
    public double AdaptEveryMs { get; init; } = 8000;

    /// <summary>Decode jobs whose mean batch counts as the use of a quota (released code: 500).</summary>
    public int UtilizationWindow { get; init; } = 500;

    /// <summary>Utilization from which an LLM is to receive blocks (released code: 0.9).</summary>
    public double HighUtilization { get; init; } = 0.9;

    /// <summary>Utilization up to which the others give blocks (released code: 0.95).</summary>
    public double DonorUtilization { get; init; } = 0.95;

    /// <summary>Requests, as a multiple of the mean batch, below which an LLM gets nothing more (released code: 1.1).</summary>
    public double BacklogFactor { get; init; } = 1.1;

    /// <summary>Share of its mean batch by which an LLM may grow at once (released code: 0.1).</summary>
    public double Growth { get; init; } = 0.1;

    /// <summary>ADBS as published.</summary>
    public static AdaptiveBatching Adbs => new();

    /// <summary>ADBS's launches with quotas by model size that never change (released code: <c>fix-adbs</c>).</summary>
    public static AdaptiveBatching FixedQuotas => new() { Quotas = QuotaRule.Fixed };

    /// <summary>As <see cref="FixedQuotas"/>, and prefill and decode of an LLM take turns (released code: <c>fix</c>).</summary>
    public static AdaptiveBatching FixedPhases => new() { Quotas = QuotaRule.Fixed, ExclusivePhases = true };

    /// <summary>Round-robin without quotas.</summary>
    public static AdaptiveBatching RoundRobin => new() { Order = LaunchOrder.RoundRobin, Quotas = QuotaRule.None };

    /// <summary>First come, first served without quotas.</summary>
    public static AdaptiveBatching Fcfs => new() { Order = LaunchOrder.FirstComeFirstServed, Quotas = QuotaRule.None };

    /// <summary>
    /// The next job to start, or null until something changes (a job ends, a request arrives). Ask again, with the job in the snapshot,
    /// until it is null.
    /// </summary>
    /// <param name="llms">The LLMs of the unit.</param>
    /// <param name="partsInUse">Parts of the jobs in flight, double-booked ones counted twice.</param>
    /// <param name="turn">Whose turn it is; moved on by a launch.</param>
    public JobLaunch? Next(ReadOnlySpan<ColocatedLlm> llms, int partsInUse, ref LaunchTurn turn)
    {
        var left = Parts + OverbookedParts - partsInUse;
        return Order == LaunchOrder.FirstComeFirstServed ? NextByArrival(llms, left) : NextInTurn(llms, left, ref turn);
    }

    /// <summary>
    /// Blocks each LLM may hold at the beginning: all blocks in proportion to rate times the blocks a token takes, or by the latter
    /// alone if quotas are fixed; everything for everybody if there are none.
    /// </summary>
    /// <param name="totalBlocks">Blocks of the unit.</param>
    /// <param name="rates">Requests in a second, for each LLM.</param>
    /// <param name="groupBlocks">Blocks that a group of <c>block size</c> tokens takes, for each LLM.</param>
    /// <param name="quotas">Where the result goes.</param>
    public void Begin(long totalBlocks, ReadOnlySpan<double> rates, ReadOnlySpan<int> groupBlocks, Span<long> quotas)
    {
        var total = 0.0;
        for (var i = 0; i < quotas.Length; i++)
            total += Weight(i, rates, groupBlocks);
        for (var i = 0; i < quotas.Length; i++)
        {
            quotas[i] =
                Quotas == QuotaRule.None ? totalBlocks : (long)(totalBlocks * (Weight(i, rates, groupBlocks) / total));
        }
    }

    /// <summary>
    /// Moves blocks from LLMs that do not use their quotas to those that do and have more requests. The sum never grows, and who has room
    /// for a sequence keeps room for one. Nothing happens unless quotas are adaptive.
    /// </summary>
    /// <param name="uses">How the quotas were used, for each LLM.</param>
    /// <param name="quotas">The quotas after it.</param>
    public void Adapt(ReadOnlySpan<QuotaUse> uses, Span<long> quotas)
    {
        for (var i = 0; i < uses.Length; i++)
            quotas[i] = uses[i].Quota;
        if (Quotas != QuotaRule.Adaptive)
            return;
        Span<long> spare = uses.Length <= 64 ? stackalloc long[uses.Length] : new long[uses.Length];
        var total = 0L;
        for (var i = 0; i < uses.Length; i++)
        {
            spare[i] = SpareOf(uses[i]);
            total += spare[i];
        }
        // The most pressed first; equal ones in their order.
        Span<bool> served = uses.Length <= 64 ? stackalloc bool[uses.Length] : new bool[uses.Length];
        served.Clear();
        while (total > 0 && MostPressed(uses, served) is var receiver and >= 0)
        {
            served[receiver] = true;
            var use = uses[receiver];
            if (use.Requests < use.MeanBatch * BacklogFactor)
                continue;
            var sequences = Math.Min(Math.Max(1, (long)(Growth * use.MeanBatch)), (long)(use.Requests - use.MeanBatch));
            var asked = Math.Min(sequences * use.BlocksPerSequence, total);
            var (left, totalBefore) = (asked, total);
            for (var donor = 0; donor < uses.Length && left > 0; donor++)
            {
                // In proportion to what each can spare, rounded up so that the request is filled.
                var part = (long)Math.Ceiling((double)asked * spare[donor] / totalBefore);
                var given = Math.Min(Math.Min(part, spare[donor]), left);
                spare[donor] -= given;
                quotas[donor] -= given;
                left -= given;
            }
            quotas[receiver] += asked - left;
            total -= asked - left;
        }
    }

    private double Weight(int llm, ReadOnlySpan<double> rates, ReadOnlySpan<int> groupBlocks) =>
        Quotas == QuotaRule.Fixed ? groupBlocks[llm] : rates[llm] * groupBlocks[llm];

    private long SpareOf(in QuotaUse use)
    {
        if (use.Utilization >= HighUtilization)
            return 0;
        var unused = (long)((DonorUtilization - use.Utilization) * use.Quota);
        return Math.Clamp(unused, 0, Math.Max(0, use.Quota - use.BlocksPerSequence));
    }

    private int MostPressed(ReadOnlySpan<QuotaUse> uses, ReadOnlySpan<bool> served)
    {
        var pressed = -1;
        for (var i = 0; i < uses.Length; i++)
        {
            if (served[i] || uses[i].Utilization < HighUtilization)
                continue;
            if (pressed < 0 || uses[i].Utilization > uses[pressed].Utilization)
                pressed = i;
        }
        return pressed;
    }

    private JobLaunch? NextInTurn(ReadOnlySpan<ColocatedLlm> llms, int left, ref LaunchTurn turn)
    {
        var (lacksParts, prefillRuns) = (false, false);
        for (var step = 1; step <= llms.Length; step++)
        {
            var index = (turn.Prefill + step) % llms.Length;
            ref readonly var llm = ref llms[index];
            prefillRuns |= llm.PrefillInFlight;
            if (!WantsPrefill(llm) || (Order == LaunchOrder.RoundRobin && lacksParts))
                continue;
            if (llm.PrefillParts <= left)
            {
                turn = turn with { Prefill = index };
                return new JobLaunch(index, true, llm.PrefillParts);
            }
            lacksParts = true;
        }
        // A prefill that waits for nothing but compute units is not to wait for decodes launched meanwhile.
        if (lacksParts && !prefillRuns)
            return null;
        for (var step = 1; step <= llms.Length; step++)
        {
            var index = (turn.Decode + step) % llms.Length;
            ref readonly var llm = ref llms[index];
            if (!WantsDecode(llm) || llm.DecodeParts > left)
                continue;
            turn = turn with { Decode = index };
            return new JobLaunch(index, false, llm.DecodeParts);
        }
        return null;
    }

    private JobLaunch? NextByArrival(ReadOnlySpan<ColocatedLlm> llms, int left)
    {
        var (prefill, decode, prefillRuns) = (-1, -1, false);
        for (var i = 0; i < llms.Length; i++)
        {
            prefillRuns |= llms[i].PrefillInFlight;
            if (llms[i].Waiting > 0 && (prefill < 0 || llms[i].OldestWaitingMs < llms[prefill].OldestWaitingMs))
                prefill = i;
            if (WantsDecode(llms[i]) && (decode < 0 || llms[i].OldestReadyMs < llms[decode].OldestReadyMs))
                decode = i;
        }
        if (!prefillRuns && prefill >= 0 && WantsPrefill(llms[prefill]))
        {
            if (llms[prefill].PrefillParts <= left)
                return new JobLaunch(prefill, true, llms[prefill].PrefillParts);
            return null;
        }
        if (decode >= 0 && llms[decode].DecodeParts <= left)
            return new JobLaunch(decode, false, llms[decode].DecodeParts);
        return null;
    }

    private bool WantsPrefill(in ColocatedLlm llm) =>
        llm.Waiting > 0
        && llm.Sequences < llm.SequenceQuota
        && !llm.AwaitsBlocks
        && !llm.PrefillInFlight
        && !(ExclusivePhases && llm.DecodeInFlight);

    private bool WantsDecode(in ColocatedLlm llm) =>
        llm.Ready > 0 && !llm.DecodeInFlight && !(ExclusivePhases && llm.PrefillInFlight);
}
