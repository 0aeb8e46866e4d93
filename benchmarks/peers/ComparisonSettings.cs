// Owns what is compared and how often: the options that both commands share, read and checked.
namespace Tern.Peers;

/// <summary>How to compare.</summary>
/// <param name="Tests">Kinds of work, in the order of the tables.</param>
/// <param name="Threads">Threads of each program.</param>
/// <param name="Pairs">Timed pairs of each test.</param>
/// <param name="IsCheck">Whether logits are compared instead of speeds.</param>
/// <param name="LlamaServer">The llama-server program; null = none.</param>
/// <param name="Processor">The name of the processor that measures.</param>
internal sealed record ComparisonSettings(
    IReadOnlyList<Workload> Tests,
    int Threads,
    int Pairs,
    bool IsCheck,
    string? LlamaServer,
    string Processor
);
