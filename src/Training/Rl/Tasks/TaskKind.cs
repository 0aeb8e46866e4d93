// Owns the list of tasks.
namespace Tern.Training.Rl.Tasks;

/// <summary>Tasks that a run can name.</summary>
public enum TaskKind
{
    /// <summary><see cref="CountdownTask"/>.</summary>
    Countdown,

    /// <summary><see cref="AdditionTask"/>.</summary>
    Addition,

    /// <summary><see cref="SortTask"/>.</summary>
    Sort,

    /// <summary><see cref="FileTask"/>.</summary>
    File,
}
