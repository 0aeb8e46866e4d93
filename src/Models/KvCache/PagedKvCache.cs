// Owns the bytes of the key/value blocks. Which block belongs to whom is the scheduler's ledger; here are only bytes.
// All layers of a block lie together, so a block is one contiguous range to copy, swap or send:
//   block b:  [layer 0 keys][layer 0 values][layer 1 keys] …   each part [heads, blockSize, length]
// A head's vectors follow each other, because attention reads them head by head.
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
    /// <param name="type">Element type, one of <see cref="KvTypes"/>.</param>
    /// <param name="layers">What each layer stores of a token.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive or the type is another.</exception>
    /// <exception cref="KvCacheTypeException">A head's key or value is no whole number of the type's blocks.</exception>
    /// <exception cref="OverflowException">A block would pass 2 GiB.</exception>
    public PagedKvCache(int blocks, int blockSize, DType type, IReadOnlyList<KvLayerShape> layers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blocks);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockSize);
        ArgumentNullException.ThrowIfNull(layers);
        if (!KvTypes.Contains(type))
            throw new ArgumentOutOfRangeException(nameof(type), type, $"a key/value cache is {KvTypes.Names}");
        BlockCount = blocks;
        BlockSize = blockSize;
        Type = type;
        foreach (var layer in layers)
            BlockBytes = checked(BlockBytes + layer.BytesPerToken(type) * blockSize);
        _memory = new AlignedMemory(checked((long)blocks * BlockBytes));
        _blocks = new Tensor("kv cache", DType.I8, [blocks, BlockBytes], _memory);

        _keys = new KvView[layers.Count];
        _values = new KvView[layers.Count];
        nint start = _memory.Address;
        for (int i = 0; i < layers.Count; i++)
        {
            var layer = layers[i];
            var keys = View(start, layer.Heads, layer.KeyLength);
            _keys[i] = keys;
            _values[i] = layer.ValuesInKeys
                ? keys with
                {
                    HeadDim = layer.ValueLength,
                }
                : View(start + (nint)(layer.Heads * keys.HeadStride), layer.Heads, layer.ValueLength);
            start += layer.BytesPerToken(type) * blockSize;
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

    private KvView View(nint start, int heads, int length)
    {
        long vector = Type.RowBytes(length);
        return new KvView(start, Type, BlockBytes, BlockSize * vector, vector, BlockSize, heads, length);
    }
}
