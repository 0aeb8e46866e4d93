// Owns a read-only memory-mapped file.
using System.IO.MemoryMappedFiles;

namespace Tern.Tensors.Memory;

/// <summary>A whole file mapped read-only. Its length is the file's at opening time, never a number from inside it.</summary>
public sealed unsafe class MappedFile : MemoryBlock
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _pointer;
    private bool _disposed;

    private MappedFile(string path, long length)
    {
        Path = path;
        Length = length;
        if (length == 0)
            return;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _pointer);
    }

    /// <summary>The path given at opening.</summary>
    public string Path { get; }

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
    public static MappedFile Open(string path) => new(path, new FileInfo(path).Length);

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
}
