// Owns a step time that hands can compute: a ms for each prompt token, 10 ms for a decode.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Tests;

internal sealed class TokenTimed : ILatencyModel
{
    public const double DecodeMs = 10;

    public double StepMs(in StepShape step) => Math.Max(step.PrefillTokens, DecodeMs);
}
