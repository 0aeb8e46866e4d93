// Owns selection by pass rate.
using System.Text.Json;

namespace Tern.Training.Rl.Samplers;

/// <summary>
/// Prompts whose last pass rate lay inside a band, and those that were not tried yet; one that lies outside gets another chance
/// with a small probability, since the model changes.
/// </summary>
/// <param name="prompts">How many there are.</param>
/// <param name="seed">Of order and chances.</param>
/// <param name="options">The band.</param>
public sealed class BandPassSelector(int prompts, ulong seed, BandPassSelector.Options options) : IGroupSelector
{
    private readonly PromptOrder _order = new(prompts, seed);
    private double?[] _rates = new double?[prompts];

    /// <inheritdoc/>
    public IReadOnlyList<int> Select(int count) => _order.Choose(count, Wants);

    /// <inheritdoc/>
    public void Observe(RolloutGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        _rates[group.Prompt] = group.PassRate;
    }

    /// <inheritdoc/>
    public string Save() => JsonSerializer.Serialize(new State(_order.Position, _rates));

    /// <inheritdoc/>
    public void Restore(string state)
    {
        var saved = JsonSerializer.Deserialize<State>(state)!;
        (_order.Position, _rates) = (saved.Position, saved.Rates);
    }

    private bool Wants(int prompt, long position)
    {
        var random = new Tasks.TaskRandom(seed, (ulong)position);
        bool isInside = _rates[prompt] is not { } rate || (rate >= options.Low && rate <= options.High);
        return isInside || random.Uniform() < options.SecondChance;
    }

    private sealed record State(long Position, double?[] Rates);

    /// <summary>The band.</summary>
    public sealed record Options
    {
        /// <summary>Lowest pass rate.</summary>
        public double Low { get; init; } = 0.05;

        /// <summary>Highest pass rate.</summary>
        public double High { get; init; } = 0.9;

        /// <summary>Probability that a prompt outside is tried again when its turn comes.</summary>
        public double SecondChance { get; init; } = 0.1;
    }
}
