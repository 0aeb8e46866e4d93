// Owns the cache an encoder works in: keys and values of one layer of one batch, gone with the pass.
using Tern.Kernels;
using Tern.Models.KvCache;
using Tern.Tensors;

namespace Tern.Models.Layers;

/// <summary>Lays a batch of whole sequences out in blocks of a private cache, one sequence after the other.</summary>
internal sealed class EncoderCache : IDisposable
{
    private const int BlockSize = 32;
    private int[] _slots = [];
    private int[] _blockTables = [];
    private AttentionSequence[] _sequences = [];
    private PagedKvCache? _cache;
    private int _rows;
    private int _sequenceCount;

    public PagedKvCache Cache => _cache ?? throw new InvalidOperationException("nothing was arranged");

    public ReadOnlyMemory<int> Slots => _slots.AsMemory(0, _rows);

    public ReadOnlyMemory<int> BlockTables => _blockTables;

    public ReadOnlyMemory<AttentionSequence> Sequences => _sequences.AsMemory(0, _sequenceCount);

    /// <summary>Gives every sequence its blocks; grows the cache where needed.</summary>
    public void Arrange(ReadOnlySpan<AttentionSequence> sequences, KvLayerShape shape)
    {
        int blocks = 0;
        _rows = 0;
        foreach (var sequence in sequences)
        {
            blocks += (sequence.QueryCount + BlockSize - 1) / BlockSize;
            _rows += sequence.QueryCount;
        }
        Grow(blocks, sequences.Length, shape);
        int block = 0;
        for (int i = 0; i < sequences.Length; i++)
        {
            var sequence = sequences[i];
            _sequences[i] = sequence with { BlockTableStart = block };
            for (int token = 0; token < sequence.QueryCount; token++)
                _slots[sequence.QueryStart + token] = block * BlockSize + token;
            block += (sequence.QueryCount + BlockSize - 1) / BlockSize;
        }
        _sequenceCount = sequences.Length;
    }

    public void Dispose() => _cache?.Dispose();

    private void Grow(int blocks, int sequences, KvLayerShape shape)
    {
        if (_slots.Length < _rows)
            _slots = new int[_rows];
        if (_sequences.Length < sequences)
            _sequences = new AttentionSequence[sequences];
        if (_blockTables.Length >= blocks && _cache is not null)
            return;
        _cache?.Dispose();
        _cache = new PagedKvCache(Math.Max(blocks, 1), BlockSize, DType.F32, [shape]);
        _blockTables = [.. Enumerable.Range(0, _cache.BlockCount)];
    }
}
