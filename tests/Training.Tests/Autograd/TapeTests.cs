// The tape's dealings with memory, and what it refuses.
using Tern.Kernels;
using Tern.Kernels.Cpu;
using Tern.Training.Autograd;

namespace Tern.Training.Tests.Autograd;

public sealed class TapeTests : IDisposable
{
    private const int Width = 4096;
    private readonly CpuBackend _backend = new(1);
    private readonly TensorPool _pool = new();

    public void Dispose()
    {
        _pool.Dispose();
        _backend.Dispose();
    }

    [Fact]
    public void The_backward_pass_frees_what_lies_behind_it()
    {
        const int Depth = 30;
        long size = Width * sizeof(float);
        using var tape = new Tape(_backend, _pool);
        var x = tape.Input(Slopes.Random(Width, 1), [Width], needsGradient: true);
        var y = x;
        for (int i = 0; i < Depth; i++)
            y = tape.Activate(y, Activation.Silu);
        Assert.Equal((Depth + 1) * size, _pool.LentBytes);
        tape.Seed(y, Slopes.Random(Width, 2));
        tape.Backward();
        // Values and gradients of all operations at once would be twice the values.
        Assert.InRange(_pool.PeakBytes, 1, (Depth + 4) * size);
        Assert.InRange(_pool.LentBytes, size, 2 * size);
        Assert.NotEqual(0, x.Gradient[0]);
        tape.Reset();
        Assert.Equal(0, _pool.LentBytes);
        Assert.Throws<InvalidOperationException>(() => y.Values[0]);
        Assert.Throws<InvalidOperationException>(() => x.Gradient[0]);
    }

    [Fact]
    public void The_operands_of_a_sum_share_its_gradient_and_give_it_back_once()
    {
        long size = Width * sizeof(float);
        using var tape = new Tape(_backend, _pool);
        var x = tape.Input(Slopes.Random(Width, 1), [Width], needsGradient: true);
        var y = tape.Input(Slopes.Random(Width, 2), [Width], needsGradient: true);
        var sum = tape.Add(x, y);
        tape.Seed(sum, Slopes.Random(Width, 3));
        tape.Backward();
        Assert.Equal(Slopes.Random(Width, 3), x.Gradient.ToArray());
        Assert.Equal(Slopes.Random(Width, 3), y.Gradient.ToArray());
        Assert.Equal(3 * size, _pool.LentBytes);
        tape.Reset();
        Assert.Equal(0, _pool.LentBytes);
    }

    [Fact]
    public void A_tape_that_does_not_record_takes_no_gradients()
    {
        var weight = new Parameter("weight", Width, 8);
        using var tape = new Tape(_backend, _pool) { IsRecording = false };
        var x = tape.Input(Slopes.Random(8, 1), [1, 8], needsGradient: true);
        Assert.False(x.NeedsGradient);
        var y = tape.Linear(x, weight);
        Assert.False(y.NeedsGradient);
        tape.Seed(y, new float[Width]);
        tape.Backward();
        tape.Reset();
        Assert.Equal(0, _pool.LentBytes);
    }

    [Fact]
    public void A_branch_that_the_loss_does_not_reach_gets_no_gradient_and_gives_its_memory_back()
    {
        var weight = new Parameter("weight", 8, 8);
        using var tape = new Tape(_backend, _pool);
        var x = tape.Input(Slopes.Random(8, 1), [1, 8], needsGradient: true);
        tape.Linear(x, weight);
        var y = tape.Activate(x, Activation.Silu);
        tape.Seed(y, Slopes.Random(8, 2));
        tape.Backward();
        Assert.Equal(-1, weight.Gradients.IndexOfAnyExcept(0f));
        tape.Reset();
        Assert.Equal(0, _pool.LentBytes);
    }

    [Fact]
    public void Uses_of_a_shared_parameter_are_added_once_and_cleared_together()
    {
        var parameter = new Parameter("weight", 2);
        var share = parameter.Share("output");
        share.Values[1] = 5;
        Assert.Equal(5, parameter.Values[1]);
        parameter.Gradients[0] = 1;
        share.Gradients[0] = 2;
        parameter.CollectGradient();
        parameter.CollectGradient();
        Assert.Equal(3, parameter.Gradients[0]);
        share.Gradients[1] = 7;
        parameter.ClearGradient();
        parameter.CollectGradient();
        Assert.Equal([0f, 0f], parameter.Gradients.ToArray());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var tape = new Tape(_backend, _pool);
        Assert.Throws<ArgumentException>(() => tape.Input([1, 2, 3], [2, 2]));
        var x = tape.Input([1, 2, 3, 4], [2, 2], needsGradient: true);
        Assert.Throws<ArgumentException>(() => tape.Linear(x, new Parameter("weight", 4, 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Embed(new Parameter("table", 4, 3), new[] { 4 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.SelectRows(x, new[] { 2 }));
        Assert.Throws<ArgumentException>(() => tape.Seed(x, [1, 2, 3]));
    }

    [Fact]
    public void Products_are_noted_with_those_of_the_backward_pass()
    {
        var weight = new Parameter("weight", 3, 5);
        List<ProductShape> products = [];
        using var tape = new Tape(_backend, _pool) { Products = products };
        var y = tape.Linear(tape.Input(new float[10], [2, 5], needsGradient: true), weight);
        tape.Seed(y, new float[6]);
        tape.Backward();
        Assert.Equal(
            [
                new ProductShape(2, 5, 3, false, true, false),
                new ProductShape(3, 2, 5, true, false, true),
                new ProductShape(2, 3, 5, false, false, false),
            ],
            products
        );
    }
}
