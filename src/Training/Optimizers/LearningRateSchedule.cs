// Owns the learning rate of every step.
namespace Tern.Training.Optimizers;

/// <summary>A rise from 0, then one of the <see cref="ScheduleShape"/>s down to a share of the peak.</summary>
public sealed record LearningRateSchedule
{
    /// <summary>The peak.</summary>
    public required float Peak { get; init; }

    /// <summary>Steps of the whole run.</summary>
    public required long Steps { get; init; }

    /// <summary>Steps until the peak.</summary>
    public long WarmupSteps { get; init; }

    /// <summary>The course after the peak.</summary>
    public ScheduleShape Shape { get; init; } = ScheduleShape.Cosine;

    /// <summary>What is left of the peak at the end.</summary>
    public float FinalShare { get; init; } = 0.1f;

    /// <summary>Share of the steps in which <see cref="ScheduleShape.Wsd"/> falls.</summary>
    public float DecayShare { get; init; } = 0.2f;

    /// <summary>The rate of step <paramref name="step"/>, from 1 to <see cref="Steps"/>.</summary>
    public float At(long step)
    {
        if (step <= WarmupSteps)
            return Peak * step / WarmupSteps;
        double left = 1 - (double)(step - WarmupSteps) / Math.Max(1, Steps - WarmupSteps);
        left = Math.Clamp(left, 0, 1);
        double height = Shape switch
        {
            ScheduleShape.Constant => 1,
            ScheduleShape.Linear => left,
            ScheduleShape.Cosine => 0.5 - 0.5 * Math.Cos(Math.PI * left),
            ScheduleShape.Wsd => DecayShare > 0 ? Math.Min(1, left / DecayShare) : 1,
            _ => throw new InvalidOperationException($"unknown schedule {Shape}"),
        };
        return (float)(Peak * (FinalShare + (1 - FinalShare) * height));
    }
}
