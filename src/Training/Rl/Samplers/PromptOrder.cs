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

    /// <summary>
    /// Different prompts, the next ones that are wanted. Every prompt is looked at once at least before those passed over
    /// fill up in their order: a poor prompt is better than none, and the walk ends.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="wants">Whether a prompt is taken; the position is a key for chance.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    public IReadOnlyList<int> Choose(int count, Func<int, long, bool> wants)
    {
        CheckCount(count);
        var chosen = new List<int>(count);
        var seen = new HashSet<int>();
        var passed = new List<int>();
        // From anywhere in an epoch, two epochs' worth of prompts contains a whole epoch.
        for (long looks = 0; looks < 2L * prompts && chosen.Count < count; looks++)
        {
            long position = Position;
            int prompt = Next();
            if (!seen.Add(prompt))
                continue;
            (wants(prompt, position) ? chosen : passed).Add(prompt);
        }
        chosen.AddRange(passed.Take(count - chosen.Count));
        return chosen;
    }

    /// <exception cref="ArgumentOutOfRangeException">There are not so many prompts.</exception>
    public void CheckCount(int count)
    {
        if (count < 0 || count > prompts)
            throw new ArgumentOutOfRangeException(
                nameof(count),
                count,
                $"there are {prompts} prompts to choose different ones from"
            );
    }
}
