// Owns the step times of one LLM on one mesh as the throughput estimators ask for them: batch in, ms out.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Placement;

/// <summary>Prefill and decode times of an LLM on a mesh, by batch; each is asked of the model once.</summary>
internal sealed class PhaseLatency(MultiplexedLlm llm, ISharedLatencyModel model, double decodeShare)
{
    private readonly List<double> _prefill = [0];
    private readonly List<double> _decode = [0];

    /// <summary>Ms to prefill <paramref name="batch"/> prompts of the mean length together.</summary>
    public double PrefillMs(int batch)
    {
        while (_prefill.Count <= batch)
        {
            var (n, length) = (_prefill.Count, llm.PromptTokens);
            var tokens = (int)Math.Round(n * length);
            var shape = new StepShape
            {
                PrefillSequences = n,
                PrefillTokens = tokens,
                PrefillContext = tokens,
                PrefillPairs = (long)(n * length * (length + 1) / 2),
                SampledTokens = n,
            };
            _prefill.Add(model.StepMs(shape, new DeviceShare(llm.PrefillShare, false)));
        }
        return _prefill[batch];
    }

    /// <summary>Ms of a decode step of <paramref name="batch"/> sequences that are, on average, halfway through their answers.</summary>
    public double DecodeMs(int batch)
    {
        while (_decode.Count <= batch)
        {
            var n = _decode.Count;
            var context = (long)Math.Round(n * (llm.PromptTokens + llm.OutputTokens / 2));
            var ms = model.StepMs(StepShape.Decode(n, context), new DeviceShare(decodeShare, false));
            _decode.Add(ms + n * llm.OverheadMsPerSequence);
        }
        return _decode[batch];
    }
}
