// Owns GRESO's selection.
using System.Text.Json;

namespace Tern.Training.Rl.Samplers;

/// <summary>
/// GRESO (arXiv 2506.02177): a prompt whose last answers were all right, or all wrong, so many times in a row is skipped with a
/// probability that grows with that number; the base of the power adapts until the share of useless groups is the target.
/// </summary>
/// <param name="prompts">How many there are.</param>
/// <param name="seed">Of order and chances.</param>
/// <param name="options">Its numbers, by default those of the paper.</param>
public sealed class GresoSelector(int prompts, ulong seed, GresoSelector.Options options) : IGroupSelector
{
    private readonly PromptOrder _order = new(prompts, seed);
    private State _state = new(0, new int[prompts], options.KeepEasy, options.KeepHard, 0, 0, 0);

    /// <inheritdoc/>
    public IReadOnlyList<int> Select(int count)
    {
        Adapt();
        return _order.Choose(count, Wants);
    }

    /// <inheritdoc/>
    public void Observe(RolloutGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        int streak = _state.Streaks[group.Prompt];
        bool isEasy = group.IsUniform && group.MeanReward > 0.5;
        bool isHard = group.IsUniform && !isEasy;
        _state.Streaks[group.Prompt] =
            isEasy ? Math.Max(0, streak) + 1
            : isHard ? Math.Min(0, streak) - 1
            : 0;
        _state = _state with
        {
            Groups = _state.Groups + 1,
            Easy = _state.Easy + (isEasy ? 1 : 0),
            Hard = _state.Hard + (isHard ? 1 : 0),
        };
    }

    /// <inheritdoc/>
    public string Save() => JsonSerializer.Serialize(_state with { Position = _order.Position });

    /// <inheritdoc/>
    public void Restore(string state)
    {
        _state = JsonSerializer.Deserialize<State>(state)!;
        _order.Position = _state.Position;
    }

    /// <summary>A step towards the target: a third of it may be easy groups, two thirds hard ones.</summary>
    private void Adapt()
    {
        if (_state.Groups == 0)
            return;
        double easy = (double)_state.Easy / _state.Groups;
        double hard = (double)_state.Hard / _state.Groups;
        _state = _state with
        {
            KeepEasy = Moved(_state.KeepEasy, easy > options.UselessTarget / 3),
            KeepHard = Moved(_state.KeepHard, hard > options.UselessTarget * 2 / 3),
            Groups = 0,
            Easy = 0,
            Hard = 0,
        };
    }

    private bool Wants(int prompt, long position)
    {
        var random = new Tasks.TaskRandom(seed, (ulong)position);
        int streak = _state.Streaks[prompt];
        double keep = Math.Pow(streak > 0 ? _state.KeepEasy : _state.KeepHard, Math.Abs(streak));
        return random.Uniform() < Math.Max(keep, options.LeastKeep);
    }

    private double Moved(double keep, bool isTooMany) =>
        Math.Clamp(keep + (isTooMany ? -options.Move : options.Move), 0.05, 0.95);

    private sealed record State(
        long Position,
        int[] Streaks,
        double KeepEasy,
        double KeepHard,
        int Groups,
        int Easy,
        int Hard
    );

    /// <summary>Numbers of GRESO.</summary>
    public sealed record Options
    {
        /// <summary>Probability to keep an easy prompt, to the power of its streak; adapts from here.</summary>
        public double KeepEasy { get; init; } = 0.5;

        /// <summary>Probability to keep a hard prompt, to the power of its streak; adapts from here.</summary>
        public double KeepHard { get; init; } = 0.5;

        /// <summary>Change of either a step.</summary>
        public double Move { get; init; } = 0.01;

        /// <summary>Least probability to keep a prompt.</summary>
        public double LeastKeep { get; init; } = 0.01;

        /// <summary>Share of useless groups that is aimed at.</summary>
        public double UselessTarget { get; init; } = 0.25;
    }
}
