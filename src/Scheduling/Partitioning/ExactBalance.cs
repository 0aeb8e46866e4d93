// Owns the partitioning policy "the fastest slowest stage, exactly".
namespace Tern.Scheduling.Partitioning;

/// <summary>Proposes <see cref="MinMaxPartition"/> for equal layers and whatever the stages do beside them; optionally within the stages' memory.</summary>
public sealed class ExactBalance : IPartitioningPolicy
{
    private readonly StageMemory[] _memory;
    private readonly long _kvTokens;

    /// <summary>Balances time alone.</summary>
    public ExactBalance() => _memory = [];

    /// <summary>Balances time among the cuts with which every stage caches at least <paramref name="kvTokens"/> tokens.</summary>
    /// <param name="memory">One for each stage.</param>
    /// <param name="kvTokens">Tokens.</param>
    public ExactBalance(ReadOnlySpan<StageMemory> memory, long kvTokens) =>
        (_memory, _kvTokens) = (memory.ToArray(), kvTokens);

    /// <inheritdoc/>
    public LayerPartition Choose(double layerMs, ReadOnlySpan<double> besideMs, LayerPartition current)
    {
        Span<double> layers = new double[current.Layers];
        layers.Fill(layerMs);
        Span<StageLoad> stages = new StageLoad[current.Stages];
        for (var s = 0; s < stages.Length; s++)
            stages[s] = new StageLoad(
                ExtraMs: besideMs[s],
                MaxLayers: _memory.Length == 0 ? int.MaxValue : _memory[s].MaxLayers(_kvTokens)
            );
        return MinMaxPartition.Find(layers, stages, current);
    }
}
