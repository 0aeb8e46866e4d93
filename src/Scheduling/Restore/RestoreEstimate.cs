// Owns what is believed about the cost of computing and of loading keys and values.
using Tern.Scheduling.Latency;

namespace Tern.Scheduling.Restore;

/// <summary>Costs of the two ways to have the keys and values of a token, in ms.</summary>
/// <param name="Compute">Step times of the device as this request gets it (its share already applied).</param>
/// <param name="ReadMs">Fixed cost of one read: the tier's latency.</param>
/// <param name="LoadMsPerToken">Bytes of keys and values of a token divided by the tier's bandwidth.</param>
/// <param name="Before">Tokens before those to restore that are here already; a step attends to them too.</param>
public sealed record RestoreEstimate(ILatencyModel Compute, double ReadMs, double LoadMsPerToken, int Before = 0)
{
    /// <summary>Ms of a step that computes <paramref name="tokens"/> tokens after <paramref name="first"/> others.</summary>
    public double ComputeMs(int first, int tokens) => Compute.StepMs(StepShape.Chunk(Before + first, tokens));

    /// <summary>Ms of one read of <paramref name="tokens"/> tokens.</summary>
    public double LoadMs(int tokens) => ReadMs + LoadMsPerToken * tokens;
}
