// Owns a read-only memory-mapped file.
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tern.Tensors.Memory;

/// <summary>A whole file mapped read-only. Its length is the file's at opening time, never a number from inside it.</summary>
public sealed unsafe partial class MappedFile : MemoryBlock
{
    private const int DontNeed = 4;
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _pointer;
    private bool _disposed;

    private MappedFile(string path, SafeFileHandle handle)
    {
        Path = path;
        Length = RandomAccess.GetLength(handle);
        LastWriteUtc = File.GetLastWriteTimeUtc(handle);
        if (Length == 0)
        {
            handle.Dispose();
            return;
        }
        _file = MemoryMappedFile.CreateFromFile(
            handle,
            mapName: null,
            0,
            MemoryMappedFileAccess.Read,
            HandleInheritability.None,
            leaveOpen: false
        );
        _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _pointer);
    }

    /// <summary>The path given at opening.</summary>
    public string Path { get; }

    /// <summary>When the file was last written, as of opening.</summary>
    public DateTime LastWriteUtc { get; }

    /// <inheritdoc/>
    public override byte* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _pointer;
        }
    }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <summary>Maps the file.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static MappedFile Open(string path) => new(path, File.OpenHandle(path));

    /// <summary>Takes the whole pages of the range out of memory; a later access reads them from the file again.</summary>
    public override void Release(long offset, long length)
    {
        if (!OperatingSystem.IsLinux())
            return;
        long page = Environment.SystemPageSize;
        long first = (offset + page - 1) / page * page;
        long end = (offset + length) / page * page;
        // A refusal costs nothing but the memory that stays: there is nothing to report.
        if (end > first)
            _ = Advise(Pointer + first, (nuint)(end - first), DontNeed);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_disposed)
            return;
        _disposed = true;
        if (_pointer is not null)
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _file?.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
