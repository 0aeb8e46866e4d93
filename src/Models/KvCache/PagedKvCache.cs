// Owns the bytes of the key/value blocks. Which block belongs to whom is the scheduler's ledger; here are only bytes.
// All layers of a block lie together, so a block is one contiguous range to copy, swap or send:
//   block b:  [layer 0 keys][layer 0 values][layer 1 keys] …   each part [blockSize, heads, length]
using Tern.Kernels;
using Tern.Tensors;
using Tern.Tensors.Memory;

namespace Tern.Models.KvCache;

/// <summary>A paged key/value cache: a fixed number of blocks of a fixed number of tokens.</summary>
public sealed class PagedKvCache : IDisposable
{
    private readonly AlignedMemory _memory;
    private readonly Tensor _blocks;
    private readonly KvView[] _keys;
    private readonly KvView[] _values;

    /// <summary>Allocates the blocks.</summary>
    /// <param name="blocks">Blocks, at least one.</param>
    /// <param name="blockSize">Tokens in a block, at least one.</param>
    /// <param name="type">Element type: F32 or F16.</param>
    /// <param name="layers">What each layer stores of a token.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive or the type is another.</exception>
    /// <exception cref="OverflowException">A block would pass 2 GiB.</exception>
    public PagedKvCache(int blocks, int blockSize, DType type, IReadOnlyList<KvLayerShape> layers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blocks);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockSize);
        ArgumentNullException.ThrowIfNull(layers);
        if (type is not (DType.F32 or DType.F16))
            throw new ArgumentOutOfRangeException(nameof(type), type, "a key/value cache is F32 or F16");
        BlockCount = blocks;
        BlockSize = blockSize;
        Type = type;
        int elementBytes = type.BytesPerBlock();
        int elements = 0;
        foreach (var layer in layers)
            elements = checked(elements + layer.ElementsPerToken * blockSize);
        BlockBytes = checked(elements * elementBytes);
        _memory = new AlignedMemory(checked((long)blocks * BlockBytes));
        _blocks = new Tensor("kv cache", DType.I8, [blocks, BlockBytes], _memory);

        _keys = new KvView[layers.Count];
        _values = new KvView[layers.Count];
        nint start = _memory.Address;
        for (int i = 0; i < layers.Count; i++)
        {
            var layer = layers[i];
            int keyStride = layer.Heads * layer.KeyLength * elementBytes;
            int valueStride = layer.ValuesInKeys ? keyStride : layer.Heads * layer.ValueLength * elementBytes;
            nint values = layer.ValuesInKeys ? start : start + keyStride * blockSize;
            _keys[i] = new KvView(start, type, BlockBytes, keyStride, blockSize, layer.Heads, layer.KeyLength);
            _values[i] = new KvView(values, type, BlockBytes, valueStride, blockSize, layer.Heads, layer.ValueLength);
            start += layer.ElementsPerToken * elementBytes * blockSize;
        }
    }

    /// <summary>Blocks.</summary>
    public int BlockCount { get; }

    /// <summary>Tokens in a block.</summary>
    public int BlockSize { get; }

    /// <summary>Element type.</summary>
    public DType Type { get; }

    /// <summary>Bytes of a block, all layers, keys and values.</summary>
    public int BlockBytes { get; }

    /// <summary>Layers.</summary>
    public int LayerCount => _keys.Length;

    /// <summary>Where a layer's keys lie.</summary>
    public KvView Keys(int layer) => _keys[layer];

    /// <summary>Where a layer's values lie.</summary>
    public KvView Values(int layer) => _values[layer];

    /// <summary>The bytes of a block, to copy, send or fill.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such block.</exception>
    public Span<byte> Block(int block) => _blocks.Row(block);

    /// <summary>Copies all layers of a block onto another (copy on write of a shared block).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such block.</exception>
    public void CopyBlock(int from, int to) => Block(from).CopyTo(Block(to));

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
