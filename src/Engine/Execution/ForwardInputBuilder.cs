// Owns the translation of a scheduler's batch into the arrays of a forward pass. The arrays are reused from step to step.
using Tern.Kernels;
using Tern.Models;
using Tern.Scheduling;

namespace Tern.Engine.Execution;

/// <summary>Lays out tokens, positions, slots and block tables of a batch, sequence after sequence.</summary>
internal sealed class ForwardInputBuilder(int blockSize)
{
    private int[] _tokens = [];
    private int[] _positions = [];
    private int[] _slots = [];
    private int[] _blocks = [];
    private int[] _outputRows = [];
    private AttentionSequence[] _sequences = [];

    /// <summary>The forward pass of a batch; valid until the next call.</summary>
    public ForwardInput Build(Batch batch)
    {
        Reserve(batch);
        int row = 0;
        int blockCount = 0;
        int outputs = 0;
        for (int i = 0; i < batch.Items.Length; i++)
        {
            var (sequence, first, count, wantsLogits) = batch.Items[i];
            var table = sequence.Blocks.Span;
            _sequences[i] = new AttentionSequence(row, count, first + count, blockCount);
            sequence.Tokens.Slice(first, count).CopyTo(_tokens.AsSpan(row));
            for (int position = first; position < first + count; position++, row++)
            {
                _positions[row] = position;
                _slots[row] = table[position / blockSize] * blockSize + position % blockSize;
            }
            table.CopyTo(_blocks.AsSpan(blockCount));
            blockCount += table.Length;
            if (wantsLogits)
                _outputRows[outputs++] = row - 1;
        }
        return new ForwardInput
        {
            Tokens = _tokens.AsMemory(0, row),
            Positions = _positions.AsMemory(0, row),
            Slots = _slots.AsMemory(0, row),
            Sequences = _sequences.AsMemory(0, batch.Items.Length),
            BlockTables = _blocks.AsMemory(0, blockCount),
            OutputRows = _outputRows.AsMemory(0, outputs),
        };
    }

    private void Reserve(Batch batch)
    {
        int blocks = 0;
        foreach (var item in batch.Items)
            blocks += item.Sequence.Blocks.Count;
        Grow(ref _tokens, batch.TokenCount);
        Grow(ref _positions, batch.TokenCount);
        Grow(ref _slots, batch.TokenCount);
        Grow(ref _blocks, blocks);
        Grow(ref _outputRows, batch.Items.Length);
        Grow(ref _sequences, batch.Items.Length);
    }

    private static void Grow<T>(ref T[] array, int count)
    {
        if (array.Length < count)
            array = new T[Math.Max(count, 2 * array.Length)];
    }
}
