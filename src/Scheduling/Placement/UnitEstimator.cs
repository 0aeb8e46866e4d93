// Owns the estimate of what an LLM, or a unit of several, serves on a mesh.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Placement;

/// <summary>
/// The throughput estimators of MuxServe (ICML 2024, §3.2, equation 3): decodes of colocated LLMs overlap, their prefills take turns, so
/// a batch of <c>B</c> requests takes its own decode steps and everybody's prefill.
/// </summary>
internal sealed class UnitEstimator(MultiplexSearch.Options options)
{
    private readonly Dictionary<(MultiplexedLlm, int Gpus, int Parts), PhaseLatency> _latencies = [];

    /// <summary>
    /// The smallest decode share with which an LLM alone on a mesh serves its rate, else the one that serves most; null if it does not
    /// run or fit there.
    /// </summary>
    public (int Parts, int Batch, double Throughput, bool Met)? Alone(MultiplexedLlm llm, int gpus)
    {
        if (gpus < llm.MinGpus || llm.LatencyOn(gpus) is not { } model)
            return null;
        var cap = BatchCap(llm, gpus, KvBytes(gpus, [llm]));
        if (cap < 1)
            return null;
        (int Parts, int Batch, double Throughput, bool Met)? best = null;
        for (var parts = options.MinDecodeParts; parts <= options.MaxDecodeParts; parts++)
        {
            var (batch, throughput) = Meet(llm, LatencyOf(llm, model, gpus, parts), cap);
            if (IsMet(throughput, llm.RatePerSecond))
                return (parts, batch, llm.RatePerSecond, true);
            if (best is null || throughput > best.Value.Throughput)
                best = (parts, batch, throughput, false);
        }
        return best;
    }

    /// <summary>What each LLM of a unit serves; null if their weights and KV do not fit.</summary>
    /// <param name="gpus">GPUs of the mesh.</param>
    /// <param name="llms">The LLMs and the decode share of each, in parts.</param>
    public PlacedLlm[]? Together(int gpus, IReadOnlyList<(MultiplexedLlm Llm, int Parts)> llms)
    {
        var n = llms.Count;
        var kv = KvBytes(gpus, llms.Select(entry => entry.Llm));
        var demand = llms.Sum(entry => entry.Llm.RatePerSecond * entry.Llm.KvBytesPerToken);
        var (latencies, caps, batches) = (new PhaseLatency[n], new int[n], new int[n]);
        for (var i = 0; i < n; i++)
        {
            var (llm, parts) = llms[i];
            if (llm.LatencyOn(gpus) is not { } model)
                return null;
            latencies[i] = LatencyOf(llm, model, gpus, parts);
            caps[i] = BatchCap(llm, gpus, kv * llm.RatePerSecond * llm.KvBytesPerToken / demand);
            if (caps[i] < 1)
                return null;
            batches[i] = Meet(llm, latencies[i], caps[i]).Batch;
        }
        var (best, bestBatches, bestValue) = (new double[n], new int[n], -1.0);
        var served = new double[n];
        while (true)
        {
            var prefills = 0.0;
            for (var i = 0; i < n; i++)
                prefills += latencies[i].PrefillMs(batches[i]);
            var value = 0.0;
            var (neediest, neediestRatio) = (-1, double.PositiveInfinity);
            for (var i = 0; i < n; i++)
            {
                var llm = llms[i].Llm;
                var ms = prefills + llm.OutputTokens * latencies[i].DecodeMs(batches[i]);
                var throughput = 1000 * batches[i] / ms;
                served[i] = Math.Min(throughput, llm.RatePerSecond);
                value += llm.RatePerSecond * served[i];
                var ratio = throughput / llm.RatePerSecond;
                if (!IsMet(throughput, llm.RatePerSecond) && batches[i] < caps[i] && ratio < neediestRatio)
                    (neediest, neediestRatio) = (i, ratio);
            }
            if (value > bestValue)
            {
                bestValue = value;
                served.CopyTo(best, 0);
                batches.CopyTo(bestBatches, 0);
            }
            if (neediest < 0)
                break;
            batches[neediest]++;
        }
        var placed = new PlacedLlm[n];
        for (var i = 0; i < n; i++)
        {
            var limit =
                IsMet(best[i], llms[i].Llm.RatePerSecond) ? ServingLimit.Arrivals
                : bestBatches[i] >= caps[i] ? ServingLimit.Batch
                : ServingLimit.Neighbours;
            var share = (double)llms[i].Parts / options.Parts;
            placed[i] = new PlacedLlm(llms[i].Llm, share, bestBatches[i], best[i], limit);
        }
        return placed;
    }

    /// <summary>Bytes of a mesh that are left for keys and values; not positive if the weights do not fit.</summary>
    public double KvBytes(int gpus, IEnumerable<MultiplexedLlm> llms)
    {
        var bytes = options.UsableMemory * options.GpuMemoryBytes * gpus;
        foreach (var llm in llms)
            bytes -= llm.WeightBytes + options.ActivationBytesPerLlm;
        return bytes;
    }

    private int BatchCap(MultiplexedLlm llm, int gpus, double kvBytes)
    {
        var sequence = llm.KvBytesPerToken * (llm.PromptTokens + llm.OutputTokens);
        return (int)Math.Clamp(Math.Floor(kvBytes / sequence), 0, options.MaxBatchPerGpu * (double)gpus);
    }

    /// <summary>The smallest batch that serves the LLM's rate when it is alone, or the largest allowed. More never serves less.</summary>
    private static (int Batch, double Throughput) Meet(MultiplexedLlm llm, PhaseLatency latency, int cap)
    {
        var (low, high) = (1, cap);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (Throughput(middle) >= llm.RatePerSecond)
                high = middle;
            else
                low = middle + 1;
        }
        return (low, Throughput(low));

        double Throughput(int batch) =>
            1000 * batch / (latency.PrefillMs(batch) + llm.OutputTokens * latency.DecodeMs(batch));
    }

    private bool IsMet(double throughput, double rate) =>
        throughput + Math.Min(options.SlackPerSecond, throughput * options.SlackShare) >= rate;

    private PhaseLatency LatencyOf(MultiplexedLlm llm, ISharedLatencyModel model, int gpus, int parts)
    {
        if (!_latencies.TryGetValue((llm, gpus, parts), out var latency))
        {
            latency = new PhaseLatency(llm, model, (double)parts / options.Parts);
            _latencies.Add((llm, gpus, parts), latency);
        }
        return latency;
    }
}
