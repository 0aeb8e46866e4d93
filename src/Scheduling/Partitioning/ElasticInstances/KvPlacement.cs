// Owns where the keys and values of one sequence lie: how many tokens on which instance.
namespace Tern.Scheduling.Partitioning.ElasticInstances;

/// <summary>Tokens of one sequence on each instance of an <see cref="ElasticPool"/>, which alone changes them.</summary>
public sealed class KvPlacement
{
    private readonly int[] _tokens;

    internal KvPlacement(int instances) => _tokens = new int[instances];

    /// <summary>Tokens on each instance, <c>[instances]</c>.</summary>
    public ReadOnlySpan<int> Tokens => _tokens;

    /// <summary>Tokens on all instances.</summary>
    public int Total { get; private set; }

    internal void Change(int instance, int tokens)
    {
        _tokens[instance] += tokens;
        Total += tokens;
    }
}
