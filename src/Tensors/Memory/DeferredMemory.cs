// Owns memory whose content is made when it is first asked for: a weight that must be rearranged before use.
namespace Tern.Tensors.Memory;

/// <summary>
/// Memory filled on first access, so that a model can be listed without paying for it, and a converter can hold one
/// tensor at a time by calling <see cref="Tensor.Release"/> after each.
/// </summary>
/// <param name="length">Size in bytes.</param>
/// <param name="fill">Makes a block of that size; called again after a <see cref="Tensor.Release"/>.</param>
public sealed unsafe class DeferredMemory(long length, Func<MemoryBlock> fill) : MemoryBlock
{
    private readonly Lock _lock = new();
    private volatile MemoryBlock? _content;
    private bool _disposed;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The content has another size than announced.</exception>
    public override byte* Pointer => (_content ?? Fill()).Pointer;

    /// <inheritdoc/>
    public override long Length => length;

    /// <summary>Frees the content if the range is all of it: a part cannot be made again by itself.</summary>
    public override void Release(long offset, long length)
    {
        if (offset > 0 || length < Length)
            return;
        lock (_lock)
        {
            _content?.Dispose();
            _content = null;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _disposed = true;
        Release(0, length);
    }

    private MemoryBlock Fill()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_content is null)
            {
                var made = fill();
                if (made.Length != length)
                    throw new InvalidOperationException($"a block of {length} bytes was filled with {made.Length}");
                _content = made;
            }
            return _content;
        }
    }
}
