// Owns the merge loop of every kind of BPE: a linked list of symbols and a queue of neighbours, best merge first.
// With a queue a word of n symbols takes n log n steps, whatever it holds; the textbook scan would take n squared.
namespace Tern.Tokenizers.Bpe;

/// <summary>Scratch memory for merging word after word; for one thread.</summary>
internal sealed class SymbolMerger
{
    private readonly PriorityQueue<(int Left, int Right, int Length, int Id), ulong> queue = new();
    private Symbol[] symbols = new Symbol[64];
    private int count;

    /// <summary>Forgets the last word.</summary>
    public void Clear() => count = 0;

    /// <summary>Appends a symbol of at least one unit to the word.</summary>
    public void Add(int id, int start, int length)
    {
        if (count == symbols.Length)
            Array.Resize(ref symbols, checked(count * 2));
        symbols[count] = new Symbol
        {
            Id = id,
            Start = start,
            Length = length,
            Previous = count - 1,
            Next = -1,
        };
        if (count > 0)
            symbols[count - 1].Next = count;
        count++;
    }

    /// <summary>Merges until the rule allows nothing more. Every merge removes a symbol, so this ends for any rule.</summary>
    public void Merge<TRule>(TRule rule)
        where TRule : IMergeRule, allows ref struct
    {
        for (int i = 1; i < count; i++)
            Offer(rule, i - 1, i);
        while (queue.TryDequeue(out var merge, out _))
        {
            ref var left = ref symbols[merge.Left];
            ref var right = ref symbols[merge.Right];
            // A symbol that has been merged into another is empty; one that has grown no longer has the length it had.
            if (left.Length == 0 || right.Length == 0 || left.Length + right.Length != merge.Length)
                continue;
            left.Id = merge.Id;
            left.Length = merge.Length;
            left.Next = right.Next;
            right.Length = 0;
            if (left.Next >= 0)
                symbols[left.Next].Previous = merge.Left;
            Offer(rule, left.Previous, merge.Left);
            Offer(rule, merge.Left, left.Next);
        }
    }

    /// <summary>The id of the symbol added last, or -1.</summary>
    public int LastId => count == 0 ? -1 : symbols[count - 1].Id;

    /// <summary>Index of the first symbol, or -1.</summary>
    public int First => count == 0 ? -1 : 0;

    /// <summary>The symbol at an index reached from <see cref="First"/> by <see cref="Symbol.Next"/>.</summary>
    public ref readonly Symbol this[int index] => ref symbols[index];

    private void Offer<TRule>(TRule rule, int left, int right)
        where TRule : IMergeRule, allows ref struct
    {
        if (left < 0 || right < 0)
            return;
        ref var a = ref symbols[left];
        ref var b = ref symbols[right];
        if (rule.TryMerge(a, b, out uint rank, out int id))
            queue.Enqueue((left, right, a.Length + b.Length, id), ((ulong)rank << 32) | (uint)left);
    }
}
