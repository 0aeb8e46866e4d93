// Owns what one iteration of one group computes.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>One prefill or decode iteration. Iterations in flight at the same time have disjoint instances.</summary>
public sealed class ElasticIteration
{
    internal ElasticIteration(ElasticGroup group) => (Group, Sequences) = (group, [.. group.Sequences]);

    /// <summary>Whether whole prompts are computed; else one token of each sequence.</summary>
    public required bool IsPrefill { get; init; }

    /// <summary>The instances that compute.</summary>
    public required int[] Instances { get; init; }

    /// <summary>The sequences; each gets one token.</summary>
    public ElasticSequence[] Sequences { get; }

    /// <summary>Of a decode: masters and the number of sequences each has, in the order of <see cref="Sequences"/>.</summary>
    public IReadOnlyList<MiniBatch> MiniBatches { get; init; } = [];

    /// <summary>Of a prefill: where its tokens stay.</summary>
    public IReadOnlyList<KvRange> Ranges { get; init; } = [];

    /// <summary>Of a prefill: tokens computed.</summary>
    public long PromptTokens { get; init; }

    /// <summary>Of a prefill: sum of the squares of the lengths.</summary>
    public double PromptSquares { get; init; }

    /// <summary>Of a decode: sequences of the largest mini-batch.</summary>
    public int LargestMiniBatch { get; init; }

    /// <summary>Of a decode: the group's tokens on the instance that holds most of them.</summary>
    public long LargestContext { get; init; }

    /// <summary>Tokens that move between instances and are waited for.</summary>
    public long MigratedTokens { get; init; }

    /// <summary>The group that runs it.</summary>
    internal ElasticGroup Group { get; }

    /// <summary>Whether the macro-iteration lasts until this prefill ends.</summary>
    internal bool Leads { get; init; }
}
