// Owns step 1 of LoongServe: which waiting requests are prefilled now.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>
/// Dispatch (SOSP 2024, §5.1). A request must pass the memory test (<see cref="FuturePeak"/>) and must not push the prefill past its
/// tipping point. It runs on instances that are or can be made idle if fewer instances cost it no more than waiting would; otherwise it is
/// undecided: those are accepted, as many from the front as gain more than the decodes they preempt lose (Eq. 1, 2). A limited number of
/// times in a row, requests that fit overtake one that does not.
/// </summary>
/// <remarks>
/// As in the released code, a request that stays undecided holds nobody back: those behind it are looked at as if it were not there, and
/// only one that was accepted past the tipping point ends the overtaking. There no undecided request is in any memory test, and all running
/// ones are forgotten once the first becomes undecided (a slice <c>[:-0]</c>); here whoever is accepted fits beside the running ones.
/// </remarks>
public static class DispatchStep
{
    /// <summary>Decides for elastic instances.</summary>
    public static DispatchDecision Elastic(DispatchState state, ElasticCost cost, ElasticOptions options)
    {
        var instances = state.Instances;
        var all = instances.Used.Length;
        var slots = (long)all * instances.SlotsPerInstance;
        // Without scale-up nothing is packed and nobody preempted: only instances that hold nothing can prefill.
        var idle = options.EnableScaleUp ? instances.MaxIdleInstances : instances.IdleInstances;
        var idleSlots = (long)idle * instances.SlotsPerInstance;
        var batchTokens = Math.Min(options.MaxBatchTokens, instances.FreeTotal);
        var waitMs = WaitMs(state, options);
        // Those that run or are accepted, and those with the undecided ones.
        var (preemptedRate, certain, possible) = (0.0, new FuturePeak(), new FuturePeak());
        foreach (var running in state.Running)
        {
            certain.Add(running.Tokens, Math.Max(0, running.Remaining - 1));
            possible.Add(running.Tokens, Math.Max(0, running.Remaining - 1));
            preemptedRate += 1.0 / running.Generated;
        }

        var accepted = new List<int>();
        var undecided = new List<int>();
        var (sum, squares) = (0L, 0.0);
        var (undecidedSum, undecidedSquares, undecidedRate) = (0L, 0.0, 0.0);
        var (decided, decidedSum, firstSkipped) = (0, 0L, -1);
        var (undecidedOpen, pastTipping) = (options.EnableScaleUp, false);
        var mayOvertake = state.OutOfOrder < options.MaxOutOfOrder;
        for (var i = 0; i < state.Waiting.Count; i++)
        {
            var prompt = state.Waiting[i];
            var (newSum, newSquares) = (sum + prompt.Tokens, squares + Square(prompt.Tokens));
            var fits = newSum + decidedSum <= batchTokens && HasRoom(certain, prompt);
            if (fits && (undecided.Count == 0 || mayOvertake) && newSum <= idleSlots)
            {
                var ms = cost.PrefillMs(idle, newSum, newSquares);
                if (
                    ms - cost.PrefillMs(all, newSum, newSquares) <= waitMs
                    && (accepted.Count == 0 || ms <= options.MaxPrefillMs)
                )
                {
                    accepted.Add(i);
                    certain.Add(prompt.NowSlots, prompt.LaterSlots);
                    possible.Add(prompt.NowSlots, prompt.LaterSlots);
                    (sum, squares) = (newSum, newSquares);
                    pastTipping |= ms > options.MaxPrefillMs;
                    continue;
                }
            }
            if (fits && undecidedOpen && newSum + undecidedSum <= batchTokens && HasRoom(possible, prompt))
            {
                undecided.Add(i);
                possible.Add(prompt.NowSlots, prompt.LaterSlots);
                undecidedSum += prompt.Tokens;
                undecidedSquares += Square(prompt.Tokens);
                undecidedRate += 1.0 / prompt.Tokens;
                var ms = cost.PrefillMs(all, sum + undecidedSum, squares + undecidedSquares);
                var alone = accepted.Count + undecided.Count == 1;
                if (ms * preemptedRate <= waitMs * undecidedRate && (alone || ms <= options.MaxPrefillMs))
                {
                    foreach (var earlier in undecided[decided..])
                        certain.Add(state.Waiting[earlier].NowSlots, state.Waiting[earlier].LaterSlots);
                    (decided, decidedSum) = (undecided.Count, undecidedSum);
                    pastTipping |= ms > options.MaxPrefillMs;
                }
                continue;
            }
            undecidedOpen = false;
            if (!mayOvertake || pastTipping)
                break;
            firstSkipped = firstSkipped < 0 ? i : firstSkipped;
        }
        if (decided < undecided.Count && (firstSkipped < 0 || undecided[decided] < firstSkipped))
            firstSkipped = undecided[decided];
        accepted.AddRange(undecided[..decided]);
        accepted.Sort();
        return new DispatchDecision(accepted, firstSkipped >= 0 && accepted.Count > 0 && accepted[^1] > firstSkipped);

        bool HasRoom(FuturePeak peak, WaitingPrompt prompt) =>
            peak.Count < options.MaxSequences && peak.Fits(prompt.NowSlots, prompt.LaterSlots, slots);
    }

    /// <summary>Decides for one group of all instances: in order, as long as even shares fit on every instance.</summary>
    public static DispatchDecision Fixed(DispatchState state, ElasticOptions options)
    {
        var used = state.Instances.Used;
        var share = (long)used.Max();
        return InOrder(
            state,
            options,
            (long)used.Length * state.Instances.SlotsPerInstance,
            prompt =>
            {
                share += (prompt.Tokens + used.Length - 1) / used.Length;
                return share <= state.Instances.SlotsPerInstance;
            }
        );
    }

    /// <summary>
    /// Decides for a prefill and a decode instance: in order, as long as prompts fit on the first and are not past the tipping point, and
    /// all sequences will always fit on the second.
    /// </summary>
    public static DispatchDecision Disaggregated(DispatchState state, ElasticCost cost, ElasticOptions options)
    {
        var (sum, squares) = (0L, 0.0);
        return InOrder(
            state,
            options,
            state.Instances.SlotsPerInstance,
            prompt =>
            {
                var alone = sum == 0;
                (sum, squares) = (sum + prompt.Tokens, squares + Square(prompt.Tokens));
                return sum <= state.Instances.SlotsPerInstance
                    && (alone || cost.PrefillMs(1, sum, squares) <= options.MaxPrefillMs);
            }
        );
    }

    /// <summary>
    /// Accepts on instances that fell idle during a macro-iteration whoever can be prefilled there before it ends (released code: greedy
    /// requests).
    /// </summary>
    public static DispatchDecision Greedy(
        IReadOnlyList<WaitingPrompt> waiting,
        int idleInstances,
        int slotsPerInstance,
        double leftMs,
        ElasticCost cost,
        ElasticOptions options
    )
    {
        var accepted = new List<int>();
        var peak = new FuturePeak();
        var (sum, squares, overtakes) = (0L, 0.0, false);
        for (var i = 0; i < waiting.Count; i++)
        {
            var prompt = waiting[i];
            var (newSum, newSquares) = (sum + prompt.Tokens, squares + Square(prompt.Tokens));
            if (
                newSum <= options.MaxBatchTokens
                && cost.PrefillMs(idleInstances, newSum, newSquares) <= leftMs
                && peak.Count < options.MaxSequences
                && peak.Fits(prompt.NowSlots, prompt.LaterSlots, (long)idleInstances * slotsPerInstance)
            )
            {
                overtakes |= accepted.Count < i;
                accepted.Add(i);
                peak.Add(prompt.NowSlots, prompt.LaterSlots);
                (sum, squares) = (newSum, newSquares);
            }
        }
        return new DispatchDecision(accepted, overtakes);
    }

    private static DispatchDecision InOrder(
        DispatchState state,
        ElasticOptions options,
        long slots,
        Func<WaitingPrompt, bool> hasRoom
    )
    {
        var peak = new FuturePeak();
        foreach (var running in state.Running)
            peak.Add(running.Tokens, Math.Max(0, running.Remaining - 1));
        var accepted = new List<int>();
        var sum = 0L;
        for (var i = 0; i < state.Waiting.Count; i++)
        {
            var prompt = state.Waiting[i];
            sum += prompt.Tokens;
            if (
                sum > options.MaxBatchTokens
                || peak.Count >= options.MaxSequences
                || !peak.Fits(prompt.NowSlots, prompt.LaterSlots, slots)
                || !hasRoom(prompt)
            )
                break;
            accepted.Add(i);
            peak.Add(prompt.NowSlots, prompt.LaterSlots);
        }
        return new DispatchDecision(accepted, false);
    }

    /// <summary>How long a request would wait for running decodes, in ms.</summary>
    private static double WaitMs(DispatchState state, ElasticOptions options)
    {
        if (options.PreemptionGain == PreemptionGain.Paper && state.Running.Count > 0)
        {
            var shortest = double.PositiveInfinity;
            foreach (var running in state.Running)
                shortest = Math.Min(shortest, running.DecodedMs);
            return Math.Max(0, state.MeanDecodeMs - shortest);
        }
        // At least 10 iterations, and at least a tenth of what a sequence has already run.
        var iterations = 10.0;
        foreach (var running in state.Running)
            iterations = Math.Max(
                iterations,
                Math.Max(state.MeanOutputTokens - running.Generated, 0.1 * running.Generated)
            );
        return iterations * options.AverageDecodingMs;
    }

    private static double Square(int tokens) => (double)tokens * tokens;
}
