// Owns heap memory outside the garbage collector, aligned for the widest vectors.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Memory;

/// <summary>Zeroed native memory aligned to 64 bytes.</summary>
public sealed unsafe class AlignedMemory : MemoryBlock
{
    private const int Alignment = 64;
    private void* _allocation;
    private byte* _pointer;

    /// <summary>Allocates <paramref name="length"/> zeroed bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="OutOfMemoryException">The system refuses.</exception>
    public AlignedMemory(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        // Zeroed by the system, page by page when first touched: a large cache costs nothing until it is used.
        _allocation = NativeMemory.AllocZeroed(checked((nuint)length + Alignment));
        _pointer = (byte*)(((nuint)_allocation + Alignment - 1) & ~(nuint)(Alignment - 1));
        if (length > 0)
            GC.AddMemoryPressure(length);
    }

    /// <summary>Frees memory nobody disposed.</summary>
    ~AlignedMemory() => Dispose(disposing: false);

    /// <inheritdoc/>
    public override byte* Pointer =>
        _pointer is not null ? _pointer : throw new ObjectDisposedException(nameof(AlignedMemory));

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_pointer is null)
            return;
        NativeMemory.Free(_allocation);
        _allocation = null;
        _pointer = null;
        if (Length > 0)
            GC.RemoveMemoryPressure(Length);
    }
}
