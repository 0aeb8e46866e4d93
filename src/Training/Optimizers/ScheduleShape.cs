// Owns the list of courses that a learning rate may take.
namespace Tern.Training.Optimizers;

/// <summary>What the learning rate does after the warm-up.</summary>
public enum ScheduleShape
{
    /// <summary>Stays.</summary>
    Constant,

    /// <summary>Falls in a straight line.</summary>
    Linear,

    /// <summary>Falls along half a cosine (arXiv 1608.03983).</summary>
    Cosine,

    /// <summary>Stays, then falls in a straight line over the last part: warm-up, stable, decay (arXiv 2404.06395).</summary>
    Wsd,
}
