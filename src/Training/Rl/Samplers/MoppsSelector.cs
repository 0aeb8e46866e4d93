// Owns MoPPS's selection.
using System.Text.Json;

namespace Tern.Training.Rl.Samplers;

/// <summary>
/// MoPPS (arXiv 2507.04632): a Beta distribution over each prompt's pass rate, which forgets; of some candidates those are
/// chosen whose drawn rate is nearest to the target (Thompson sampling).
/// </summary>
/// <param name="prompts">How many there are.</param>
/// <param name="seed">Of order and draws.</param>
/// <param name="options">Its numbers.</param>
public sealed class MoppsSelector(int prompts, ulong seed, MoppsSelector.Options options) : IGroupSelector
{
    private readonly PromptOrder _order = new(prompts, seed);
    private double[] _successes = new double[prompts];
    private double[] _failures = new double[prompts];

    /// <inheritdoc/>
    public IReadOnlyList<int> Select(int count)
    {
        _order.CheckCount(count);
        long candidates = Math.Min(prompts, (long)count * options.CandidatesPerPrompt);
        var drawn = new Dictionary<int, double>();
        while (drawn.Count < candidates)
        {
            var random = new Tasks.TaskRandom(seed, (ulong)_order.Position);
            int prompt = _order.Next();
            double rate = Beta(ref random, options.Prior + _successes[prompt], options.Prior + _failures[prompt]);
            drawn.TryAdd(prompt, Math.Abs(rate - options.Target));
        }
        return [.. drawn.OrderBy(pair => pair.Value).ThenBy(pair => pair.Key).Take(count).Select(pair => pair.Key)];
    }

    /// <inheritdoc/>
    public void Observe(RolloutGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        int solved = group.Rollouts.Count(rollout => rollout.Reward >= 1);
        _successes[group.Prompt] = options.Memory * _successes[group.Prompt] + solved;
        _failures[group.Prompt] = options.Memory * _failures[group.Prompt] + group.Rollouts.Count - solved;
    }

    /// <inheritdoc/>
    public string Save() => JsonSerializer.Serialize(new State(_order.Position, _successes, _failures));

    /// <inheritdoc/>
    public void Restore(string state)
    {
        var saved = JsonSerializer.Deserialize<State>(state)!;
        (_order.Position, _successes, _failures) = (saved.Position, saved.Successes, saved.Failures);
    }

    /// <summary>A Beta number from two Gamma numbers.</summary>
    private static double Beta(ref Tasks.TaskRandom random, double a, double b)
    {
        double x = Gamma(ref random, a);
        double y = Gamma(ref random, b);
        return x / (x + y);
    }

    /// <summary>G. Marsaglia and W. Tsang, 2000, for shapes of at least 1.</summary>
    private static double Gamma(ref Tasks.TaskRandom random, double shape)
    {
        double d = shape - 1.0 / 3;
        double c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.Uniform())) * Math.Cos(2 * Math.PI * random.Uniform());
            double v = 1 + c * normal;
            if (v <= 0)
                continue;
            v = v * v * v;
            if (Math.Log(1 - random.Uniform()) < 0.5 * normal * normal + d * (1 - v + Math.Log(v)))
                return d * v;
        }
    }

    private sealed record State(long Position, double[] Successes, double[] Failures);

    /// <summary>Numbers of MoPPS.</summary>
    public sealed record Options
    {
        /// <summary>Pass rate that is looked for.</summary>
        public double Target { get; init; } = 0.5;

        /// <summary>Share of what is known that is kept when more is learned.</summary>
        public double Memory { get; init; } = 0.5;

        /// <summary>Both parameters of the distribution of a prompt that nothing is known of; at least 1.</summary>
        public double Prior { get; init; } = 1;

        /// <summary>Prompts looked at for each that is chosen.</summary>
        public int CandidatesPerPrompt { get; init; } = 8;
    }
}
