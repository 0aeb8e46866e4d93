// Schedules at their corners.
using Tern.Training.Optimizers;

namespace Tern.Training.Tests.Optimizers;

public sealed class LearningRateScheduleTests
{
    [Theory]
    [InlineData(ScheduleShape.Constant, 2f, 2f, 2f, 2f)]
    [InlineData(ScheduleShape.Linear, 2f, 1.1f, 0.65f, 0.2f)]
    [InlineData(ScheduleShape.Cosine, 2f, 1.1f, 0.463604f, 0.2f)]
    [InlineData(ScheduleShape.Wsd, 2f, 2f, 1.1f, 0.2f)]
    public void Rates_at_peak_middle_three_quarters_and_end(
        ScheduleShape shape,
        float peak,
        float middle,
        float late,
        float end
    )
    {
        var schedule = new LearningRateSchedule
        {
            Peak = 2,
            Steps = 110,
            WarmupSteps = 10,
            Shape = shape,
            FinalShare = 0.1f,
            DecayShare = 0.5f,
        };
        Assert.Equal(0.2f, schedule.At(1), 1e-6f);
        Assert.Equal(1, schedule.At(5), 1e-6f);
        Assert.Equal(peak, schedule.At(10), 1e-6f);
        Assert.Equal(middle, schedule.At(60), 1e-5f);
        Assert.Equal(late, schedule.At(85), 1e-5f);
        Assert.Equal(end, schedule.At(110), 1e-6f);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(5, 50)]
    [InlineData(100, 0)]
    public void Rates_are_positive_and_never_above_the_peak(long steps, long warmup)
    {
        foreach (var shape in Enum.GetValues<ScheduleShape>())
        {
            foreach (float decay in (float[])[0, 0.3f, 1])
            {
                var schedule = new LearningRateSchedule
                {
                    Peak = 3,
                    Steps = steps,
                    WarmupSteps = warmup,
                    Shape = shape,
                    DecayShare = decay,
                };
                for (long step = 1; step <= steps; step++)
                    Assert.InRange(schedule.At(step), 1e-3f, 3);
            }
        }
    }
}
