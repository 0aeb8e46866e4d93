// Owns heap memory outside the garbage collector, aligned for the widest vectors.
using System.Runtime.InteropServices;

namespace Tern.Tensors.Memory;

/// <summary>Zeroed native memory aligned to 64 bytes.</summary>
public sealed unsafe partial class AlignedMemory : MemoryBlock
{
    private const int Alignment = 64;
    private const int HugePage = 2 << 20;
    private const int UseHugePages = 14;
    private void* _allocation;
    private byte* _pointer;

    /// <summary>Allocates <paramref name="length"/> zeroed bytes.</summary>
    /// <param name="length">Bytes.</param>
    /// <param name="hugePages">
    /// Asks the system for pages of 2 MiB where whole ones fit: for memory that will be filled and then read again and again.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="OutOfMemoryException">The system refuses.</exception>
    public AlignedMemory(long length, bool hugePages = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        bool isHuge = hugePages && length >= HugePage && OperatingSystem.IsLinux();
        nuint alignment = (nuint)(isHuge ? HugePage : Alignment);
        // Zeroed by the system, page by page when first touched: a large cache costs nothing until it is used.
        _allocation = NativeMemory.AllocZeroed(checked((nuint)length + alignment));
        _pointer = (byte*)(((nuint)_allocation + alignment - 1) & ~(alignment - 1));
        // A system that has none, or none left, refuses or stays with small pages, which serve as well.
        if (isHuge)
            _ = Advise(_pointer, (nuint)(length / HugePage * HugePage), UseHugePages);
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

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
