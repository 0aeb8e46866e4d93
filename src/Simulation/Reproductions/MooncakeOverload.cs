// Owns the overload experiment of Mooncake: what is rejected, and when, if decode workers are full.
using Tern.Scheduling.Latency;
using Tern.Scheduling.Routing;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Reproductions;

/// <summary>
/// Admission under overload (Qin et al., technical report, arXiv 2407.00079): prefill workers with a queue each, decode slots that are taken or not. A
/// request whose first token would be too late is rejected on arrival; one that finds no decode slot after its prefill is
/// rejected then, and its prefill was in vain. What differs is whether and how decode load is looked at on arrival.
/// </summary>
public sealed record MooncakeOverload
{
    /// <summary>When decode load decides about a request beside the moment its prefill ends.</summary>
    public enum Admission
    {
        /// <summary>Not at all: the paper's baseline.</summary>
        AtDecode,

        /// <summary>On arrival, by the load of that moment: early rejection.</summary>
        Early,

        /// <summary>On arrival, by the load predicted for the end of its prefill.</summary>
        EarlyPredicted,
    }

    /// <summary>Step times of a prefill worker.</summary>
    public required ILatencyModel Latency { get; init; }

    /// <summary>Prefill workers.</summary>
    public required int PrefillWorkers { get; init; }

    /// <summary>Requests that may decode at once, over all decode workers.</summary>
    public required int DecodeSlots { get; init; }

    /// <summary>Ms between the tokens of a request that decodes.</summary>
    public required double TpotMs { get; init; }

    /// <summary>Latest first token, in ms after arrival (FAST 2025, §5.1: 30 s).</summary>
    public double TtftMs { get; init; } = 30_000;

    /// <summary>Ms that the prediction takes every decode for.</summary>
    public required double DecodeMs { get; init; }

    /// <summary>Offers a workload.</summary>
    public MooncakeOverloadOutcome Run(IEnumerable<TraceRequest> workload, Admission admission)
    {
        var prefillEnds = new double[PrefillWorkers];
        var forecast = new DecodeForecast(DecodeMs);
        var events = new EventQueue<(TraceRequest Request, double PrefillEndMs, bool Decoded)>();
        var (offered, decoding, early, late, served) = (0, 0, 0, 0, 0);
        foreach (var request in workload)
        {
            Advance(request.ArrivalMs);
            offered++;
            forecast.Forget(request.ArrivalMs);
            var worker = Array.IndexOf(prefillEnds, prefillEnds.Min());
            var endMs =
                Math.Max(prefillEnds[worker], request.ArrivalMs)
                + Latency.StepMs(StepShape.Prefill(request.PromptTokens));
            var load = admission switch
            {
                Admission.Early => decoding,
                Admission.EarlyPredicted => forecast.CountAt(endMs),
                _ => 0,
            };
            if (endMs - request.ArrivalMs > TtftMs || load >= DecodeSlots)
            {
                early++;
                continue;
            }
            prefillEnds[worker] = endMs;
            forecast.Add(endMs);
            events.Add(endMs, (request, endMs, false));
        }
        Advance(double.PositiveInfinity);
        return new MooncakeOverloadOutcome(offered, early, late, served);

        void Advance(double untilMs)
        {
            while (events.TryPeek(out var next) && next <= untilMs && events.TryTake(out var nowMs, out var ended))
            {
                if (ended.Decoded)
                {
                    decoding--;
                    forecast.Remove(ended.PrefillEndMs);
                    served++;
                }
                else if (decoding >= DecodeSlots)
                {
                    late++;
                    forecast.Remove(ended.PrefillEndMs);
                }
                else
                {
                    decoding++;
                    events.Add(nowMs + ended.Request.OutputTokens * TpotMs, ended with { Decoded = true });
                }
            }
        }
    }
}
