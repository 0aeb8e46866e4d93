// Owns the walk through a task's prompts, epoch by epoch, each in another order.
using Tern.Training.Data;

namespace Tern.Training.Rl.Samplers;

/// <param name="prompts">How many there are.</param>
/// <param name="seed">Of the order.</param>
internal sealed class PromptOrder(int prompts, ulong seed)
{
    /// <summary>Prompts dealt out so far.</summary>
    public long Position { get; set; }

    public int Next()
    {
        long epoch = Position / prompts;
        return (int)new Permutation(prompts, seed, epoch)[Position++ % prompts];
    }
}
