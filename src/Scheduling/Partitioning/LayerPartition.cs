// Owns which layers of a model each stage of a pipeline computes.
namespace Tern.Scheduling.Partitioning;

/// <summary>Contiguous layers over stages: stage 0 has the first ones. Immutable; equal when every stage has as many layers.</summary>
public sealed class LayerPartition : IEquatable<LayerPartition>
{
    private readonly int[] _first;

    /// <summary>Creates a partition from the number of layers of each stage.</summary>
    /// <exception cref="ArgumentException">There is no stage, or a stage has a negative number of layers.</exception>
    public LayerPartition(params ReadOnlySpan<int> layersOfStages)
    {
        if (layersOfStages.IsEmpty)
            throw new ArgumentException("a pipeline needs at least one stage", nameof(layersOfStages));
        _first = new int[layersOfStages.Length + 1];
        for (var stage = 0; stage < layersOfStages.Length; stage++)
        {
            if (layersOfStages[stage] < 0)
                throw new ArgumentException(
                    $"stage {stage} has {layersOfStages[stage]} layers; it must have 0 or more",
                    nameof(layersOfStages)
                );
            _first[stage + 1] = _first[stage] + layersOfStages[stage];
        }
    }

    /// <summary>Number of stages.</summary>
    public int Stages => _first.Length - 1;

    /// <summary>Number of layers over all stages.</summary>
    public int Layers => _first[^1];

    /// <summary>Number of layers of a stage.</summary>
    public int this[int stage] => _first[stage + 1] - _first[stage];

    /// <summary>The first layer of a stage; for <c>stage == Stages</c> the number of layers.</summary>
    public int FirstLayer(int stage) => _first[stage];

    /// <summary>As many layers for each stage; what is left over goes to the first stages, since the last one samples too.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer layers than stages, or no stage.</exception>
    public static LayerPartition Even(int layers, int stages)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, stages);
        var counts = new int[stages];
        for (var stage = 0; stage < stages; stage++)
            counts[stage] = layers / stages + (stage < layers % stages ? 1 : 0);
        return new LayerPartition(counts);
    }

    /// <summary>
    /// The moves that turn this partition into <paramref name="target"/>, in the order of the layers. Only layers next to a cut
    /// move, so neighbours have their weights at hand; a layer that crosses several cuts moves once.
    /// </summary>
    /// <exception cref="ArgumentException">The target has another number of layers or stages.</exception>
    public IReadOnlyList<LayerMove> MovesTo(LayerPartition target)
    {
        if (target.Layers != Layers || target.Stages != Stages)
            throw new ArgumentException(
                $"the target has {target.Layers} layers over {target.Stages} stages; it must have {Layers} over {Stages}",
                nameof(target)
            );
        var moves = new List<LayerMove>();
        var (from, to) = (0, 0);
        for (var layer = 0; layer < Layers; layer++)
        {
            while (_first[from + 1] <= layer)
                from++;
            while (target._first[to + 1] <= layer)
                to++;
            if (from != to)
                moves.Add(new LayerMove(layer, from, to));
        }
        return moves;
    }

    /// <inheritdoc/>
    public bool Equals(LayerPartition? other) => other is not null && _first.AsSpan().SequenceEqual(other._first);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LayerPartition);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = 17;
        foreach (var first in _first)
            hash = unchecked(hash * 31 + first);
        return hash;
    }

    /// <summary>The layers of each stage, as engines take them on the command line: <c>13,13,12,10</c>.</summary>
    public override string ToString()
    {
        var counts = new string[Stages];
        for (var stage = 0; stage < Stages; stage++)
            counts[stage] = this[stage].ToString();
        return string.Join(',', counts);
    }
}
