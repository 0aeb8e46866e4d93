// Owns the numbers that a decode step's duration is made of.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>What a decode step of one group costs (LoongServe, SOSP 2024, §4.2: masters compute, all instances attend).</summary>
public readonly record struct DecodeCoefficients
{
    /// <summary>Ms of any step beside weights and keys.</summary>
    public double Fixed { get; init; }

    /// <summary>Ms of sending queries and collecting partial outputs, in groups of several instances.</summary>
    public double Exchange { get; init; }

    /// <summary>Ms of reading the weights: the least a master's dense layers take.</summary>
    public double Weights { get; init; }

    /// <summary>Ms of arithmetic a master's dense layers need for each sequence of its mini-batch.</summary>
    public double PerSequence { get; init; }

    /// <summary>Ms of attention for each token an instance holds.</summary>
    public double PerContextToken { get; init; }

    /// <summary>Duration in ms.</summary>
    /// <param name="instances">Instances of the group.</param>
    /// <param name="miniBatch">Sequences of the largest mini-batch.</param>
    /// <param name="context">Tokens on the instance that holds most of the group's.</param>
    public double Ms(int instances, int miniBatch, long context) =>
        Fixed + (instances > 1 ? Exchange : 0) + Math.Max(Weights, PerSequence * miniBatch) + PerContextToken * context;
}
