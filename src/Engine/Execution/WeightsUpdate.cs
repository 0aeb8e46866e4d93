// Owns a change of the weights on its way through the engine thread.
namespace Tern.Engine.Execution;

/// <summary>What is to be done while nobody computes.</summary>
/// <param name="change">Changes the tensors that the model was loaded from.</param>
/// <param name="takeOver">Makes the model's own of them.</param>
internal sealed class WeightsUpdate(Action change, Action takeOver)
{
    /// <summary>The new version.</summary>
    public TaskCompletionSource<long> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Changes them; what the model has is taken over even from a change that fails in its middle.</summary>
    public void Run()
    {
        try
        {
            change();
        }
        finally
        {
            takeOver();
        }
    }
}
