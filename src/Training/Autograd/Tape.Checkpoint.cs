// Owns recomputation: a part of the network that keeps only its input and runs again when its gradient is wanted
// (activation checkpointing, arXiv 1604.06174).
namespace Tern.Training.Autograd;

public sealed partial class Tape
{
    /// <summary>Runs <paramref name="body"/> without keeping what it makes; the backward pass runs it a second time.</summary>
    /// <param name="x">Its input.</param>
    /// <param name="body">Must give the same result each time.</param>
    public Variable Checkpoint(Variable x, Func<Tape, Variable, Variable> body)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(body);
        Variable output;
        using (var first = new Tape(Backend, Pool) { IsRecording = false })
        {
            var result = body(first, first.Input(x.Values, x.Shape));
            output = new Variable(this, result.Shape, result.TakeValue(), IsRecording);
        }
        return Record(
            output,
            () =>
            {
                using var again = new Tape(Backend, Pool);
                var input = again.Input(x.Values, x.Shape, x.NeedsGradient);
                var result = body(again, input);
                result.Accumulate(output.TakeGradient());
                again.Backward();
                if (x.NeedsGradient && input.HasGradient)
                    x.Accumulate(input.TakeGradient());
            }
        );
    }
}
