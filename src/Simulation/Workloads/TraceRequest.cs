// Owns one request of a workload: when it comes and how long prompt and answer are.
using Tern.Scheduling;

namespace Tern.Simulation.Workloads;

/// <summary>A request of a trace.</summary>
public sealed record TraceRequest
{
    /// <summary>Number of its row, from 1; becomes the request's id.</summary>
    public required int Row { get; init; }

    /// <summary>Ms after the trace's beginning.</summary>
    public required double ArrivalMs { get; init; }

    /// <summary>Tokens of the prompt; at least 1.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Tokens of the answer; at least 1.</summary>
    public required int OutputTokens { get; init; }

    /// <summary>Name of the model it asks for where a deployment serves several; empty: the only one.</summary>
    public string Model { get; init; } = "";

    /// <summary>One id for each <see cref="PrefixBlock"/> tokens of the prompt; equal ids are equal content. Empty: shared with nobody.</summary>
    public IReadOnlyList<long> PrefixIds { get; init; } = [];

    /// <summary>Tokens that one of <see cref="PrefixIds"/> stands for (Mooncake traces: 512).</summary>
    public const int PrefixBlock = 512;

    /// <summary>The request with a prompt made up so that exactly what the trace says is shared is shared.</summary>
    /// <param name="withContent">Whether tokens are wanted; without prefix caching the length is enough.</param>
    public Request ToRequest(bool withContent = true)
    {
        if (!withContent)
            return new Request
            {
                Id = Row.ToString(),
                Prompt = default,
                PromptTokens = PromptTokens,
                MaxNewTokens = OutputTokens,
                ArrivalMs = ArrivalMs,
            };
        var prompt = new int[PromptTokens];
        for (var i = 0; i < prompt.Length; i++)
        {
            prompt[i] =
                PrefixIds.Count > 0
                    ? SyntheticTokens.At(PrefixIds[i / PrefixBlock], 0, i % PrefixBlock)
                    : SyntheticTokens.At(Row, 1, i);
        }
        return new Request
        {
            Id = Row.ToString(),
            Prompt = prompt,
            MaxNewTokens = OutputTokens,
            ArrivalMs = ArrivalMs,
        };
    }
}
