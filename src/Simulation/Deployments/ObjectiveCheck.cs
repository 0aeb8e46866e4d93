// Owns the check that an objective can be met at all.
using System.Globalization;
using Tern.Scheduling.Latency;
using Tern.Simulation.Reports;

namespace Tern.Simulation.Deployments;

/// <summary>Compares limits with what one token alone takes.</summary>
internal static class ObjectiveCheck
{
    /// <summary>Throws if a limit is below what one token alone takes.</summary>
    /// <param name="objective">The limits.</param>
    /// <param name="definitions">What they limit.</param>
    /// <param name="latency">Steps of an instance.</param>
    /// <param name="where">The instance in words.</param>
    /// <exception cref="DeploymentException">It is; limit and time are named.</exception>
    public static void Throw(
        ServiceObjective objective,
        MetricDefinitions definitions,
        ILatencyModel latency,
        string where
    )
    {
        var prefillMs = latency.StepMs(StepShape.Prefill(1));
        var decodeMs = latency.StepMs(StepShape.Decode(1, 2));
        // A longer prompt or answer may have less time a token, where the definition divides by it.
        if (definitions.Ttft == TtftDefinition.FromArrival)
            Check("ttft", objective.TtftSeconds, prefillMs, "the prefill of one token");
        if (definitions.Tpot != TpotDefinition.PerToken)
            Check("tpot", objective.TpotSeconds, decodeMs, "one token");
        if (definitions.Normalized == LatencyDefinition.PerOutputToken)
            Check("normalized", objective.NormalizedSeconds, Math.Min(prefillMs, decodeMs), "one token");
        Check("e2e", objective.EndToEndSeconds, prefillMs, "an answer of one token");

        void Check(string key, double? seconds, double leastMs, string what)
        {
            if (seconds * 1000 < leastMs)
                throw new DeploymentException(
                    Text($"SLO {key}={seconds}"),
                    Text(
                        $"impossible: on an idle instance of {where} {what} takes {leastMs / 1000:0.####} s; give {key} more than that"
                    )
                );
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
