// Owns the driving of a model in tests: lays sequences out in cache blocks and collects what the model says.
using Tern.Kernels;
using Tern.Models.KvCache;
using Tern.Tensors;

namespace Tern.Models.Tests;

/// <summary>A cache and, per sequence, the blocks and tokens it holds. Blocks are dealt out in a scattered order.</summary>
internal sealed class Runner : IDisposable
{
    private const int BlockSize = 8;
    private const int BlockCount = 64;
    private readonly CausalModel _model;
    private readonly PagedKvCache _cache;
    private readonly List<(List<int> Blocks, int Length)> _sequences = [];
    private int _nextBlock;

    public Runner(CausalModel model, DType cacheType = DType.F32)
    {
        _model = model;
        _cache = model.CreateCache(BlockCount, BlockSize, cacheType);
    }

    public int Width => _model.Config.IsEncoder ? _model.Config.EmbeddingLength : _model.Config.VocabularySize;

    /// <summary>A new sequence's number.</summary>
    public int Add()
    {
        _sequences.Add(([], 0));
        return _sequences.Count - 1;
    }

    /// <summary>Appends tokens to sequences in one batch; returns the outputs of all rows.</summary>
    public float[] Forward(params (int Sequence, int[] Tokens)[] parts)
    {
        var (input, rows) = Arrange(parts);
        var output = new float[rows * Width];
        _model.Forward(input, _cache, output);
        return output;
    }

    /// <summary>Arranges a batch to be run any number of times.</summary>
    public Action Prepare(params (int Sequence, int[] Tokens)[] parts)
    {
        var (input, rows) = Arrange(parts);
        var output = new float[rows * Width];
        return () => _model.Forward(input, _cache, output);
    }

    /// <summary>Appends tokens; returns the output of the last one.</summary>
    public float[] ForwardLast(int sequence, int[] tokens)
    {
        var (input, rows) = Arrange([(sequence, tokens)], lastOnly: true);
        Assert.Equal(tokens.Length, rows);
        var output = new float[Width];
        _model.Forward(input, _cache, output);
        return output;
    }

    public void Dispose() => _cache.Dispose();

    private (ForwardInput Input, int Rows) Arrange((int Sequence, int[] Tokens)[] parts, bool lastOnly = false)
    {
        List<int> tokens = [];
        List<int> positions = [];
        List<int> slots = [];
        List<int> tables = [];
        List<AttentionSequence> sequences = [];
        foreach (var (number, added) in parts)
        {
            var (blocks, length) = _sequences[number];
            int start = tokens.Count;
            foreach (int token in added)
            {
                if (length / BlockSize == blocks.Count)
                    blocks.Add(_nextBlock++ * 37 % BlockCount);
                tokens.Add(token);
                positions.Add(length);
                slots.Add(blocks[length / BlockSize] * BlockSize + length % BlockSize);
                length++;
            }
            sequences.Add(new AttentionSequence(start, added.Length, length, tables.Count));
            tables.AddRange(blocks);
            _sequences[number] = (blocks, length);
        }
        var input = new ForwardInput
        {
            Tokens = tokens.ToArray(),
            Positions = positions.ToArray(),
            Slots = slots.ToArray(),
            Sequences = sequences.ToArray(),
            BlockTables = tables.ToArray(),
            OutputRows = lastOnly ? new[] { tokens.Count - 1 } : Enumerable.Range(0, tokens.Count).ToArray(),
        };
        return (input, tokens.Count);
    }
}
