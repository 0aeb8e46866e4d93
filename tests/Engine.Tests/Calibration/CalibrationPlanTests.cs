// Owns that every planned step is one the engine could make.
using Tern.Engine.Calibration;

namespace Tern.Engine.Tests.Calibration;

public class CalibrationPlanTests
{
    [Theory]
    [InlineData(512, 64, 4096, 10_000, 16)]
    [InlineData(512, 64, 512, 128, 16)]
    [InlineData(8, 8, 64, 4, 16)]
    [InlineData(1, 1, 16, 1, 16)]
    [InlineData(2, 1, 2, 2, 1)]
    public void Steps_keep_the_limits_and_begin_with_a_chunk_and_a_decode(
        int maxBatchTokens,
        int maxSequences,
        int contextLength,
        int blocks,
        int blockSize
    )
    {
        var plan = CalibrationPlan.Of(maxBatchTokens, maxSequences, contextLength, blocks, blockSize);
        Assert.Equal(plan.Count, plan.Distinct().Count());
        Assert.Equal((1, 0), (plan[0].Chunk, plan[0].Sequences));
        Assert.Equal((0, 1), (plan[1].Chunk, plan[1].Sequences));
        Assert.All(
            plan,
            step =>
            {
                Assert.InRange(step.Shape.Rows, 1, maxBatchTokens);
                Assert.InRange(step.Sequences, 0, maxSequences);
                Assert.InRange(step.After + step.Chunk, 0, contextLength);
                Assert.InRange(step.Context, 0, contextLength);
                Assert.InRange(step.Blocks(blockSize), 1, blocks);
            }
        );
    }

    [Fact]
    public void An_ordinary_engine_measures_depth_and_both_phases_in_one_step()
    {
        var plan = CalibrationPlan.Of(512, 64, 4096, 10_000, 16);
        Assert.Contains(plan, step => step.After >= 1024 && step.Chunk >= 64);
        Assert.Contains(plan, step => step.Context >= 1024 && step.Sequences > 1);
        Assert.Contains(plan, step => step.Chunk > 0 && step.Sequences > 0);
        Assert.Contains(plan, step => step.Chunk == 512);
        Assert.Contains(plan, step => step.Sequences == 64);
    }
}
