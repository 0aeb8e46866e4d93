// Owns one measured point of a grid of step times.
namespace Tern.Scheduling.Latency;

/// <summary>The step times of one batch of equal sequences on a share of the devices (MuxServe, 2404.02015, profiles such tables).</summary>
/// <param name="Gpus">Devices over which the model is split.</param>
/// <param name="Compute">Share of the compute units, above 0 and at most 1.</param>
/// <param name="Batch">Sequences.</param>
/// <param name="SequenceLength">Tokens of each: of the prompt in prefill, of the context in decode.</param>
/// <param name="PrefillMs">Ms to prefill the batch.</param>
/// <param name="DecodeMs">Ms to decode one token of each.</param>
public readonly record struct GridPoint(
    int Gpus,
    double Compute,
    int Batch,
    int SequenceLength,
    double PrefillMs,
    double DecodeMs
);
