// Owns the notion of a piece of native memory with an owner: what a tensor keeps alive while it points into it.
namespace Tern.Tensors.Memory;

/// <summary>A contiguous range of native memory that lives until disposed or, failing that, collected.</summary>
public abstract unsafe class MemoryBlock : IDisposable
{
    /// <summary>First byte. Valid until the block is disposed.</summary>
    public abstract byte* Pointer { get; }

    /// <summary>Size in bytes.</summary>
    public abstract long Length { get; }

    /// <summary>The address of the first byte, for callers without unsafe code that hand it on to kernels.</summary>
    public nint Address => (nint)Pointer;

    /// <summary>A checked view of part of the block.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the block.</exception>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset > Length - length)
            throw new ArgumentOutOfRangeException(
                nameof(offset),
                $"{length} bytes at {offset} leave a block of {Length}"
            );
        return new ReadOnlySpan<byte>(Pointer + offset, length);
    }

    /// <summary>
    /// Gives back what of the range can be had again by itself (see <see cref="MappedFile"/> and
    /// <see cref="DeferredMemory"/>). Nobody may be using it.
    /// </summary>
    public virtual void Release(long offset, long length) { }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the memory.</summary>
    protected abstract void Dispose(bool disposing);
}
