// Owns a download under way: the bytes so far beside their destination, their digest, and the lock on them.
using System.Security.Cryptography;

namespace Tern.Cli.Hub;

/// <summary>The file DESTINATION.partial, opened for this process alone; what an earlier attempt left is kept.</summary>
internal sealed class PartialFile : IDisposable
{
    private const int BufferSize = 1 << 20;
    private readonly FileStream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly string _destination;

    private PartialFile(FileStream stream, string destination) => (_stream, _destination) = (stream, destination);

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Opens or creates the file and digests what is there.</summary>
    /// <exception cref="HubException">Another process is at it, or it cannot be written.</exception>
    public static async Task<PartialFile> OpenAsync(string destination, CancellationToken cancellation)
    {
        string path = destination + ".partial";
        FileStream stream;
        try
        {
            // Exclusive access is the lock: it ends with the process, whatever ends that.
            stream = new FileStream(
                path,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None,
                BufferSize,
                useAsync: true
            );
        }
        catch (Exception error) when (error.GetType() == typeof(IOException))
        {
            throw new HubException(
                $"{path} is in use, most likely by another pull of the same file: {error.Message}",
                error
            );
        }
        var file = new PartialFile(stream, destination);
        try
        {
            byte[] buffer = new byte[BufferSize];
            for (int read; (read = await stream.ReadAsync(buffer, cancellation)) > 0; file.Length += read)
                file._hash.AppendData(buffer, 0, read);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Appends bytes.</summary>
    /// <exception cref="HubException">The disk is full or broken.</exception>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await _stream.WriteAsync(bytes, cancellation);
        }
        catch (IOException error)
        {
            throw new HubException(
                $"could not write {_stream.Name}: {error.Message}. What came so far is kept; pull again to go on",
                error
            );
        }
        _hash.AppendData(bytes.Span);
        Length += bytes.Length;
    }

    /// <summary>Forgets all bytes.</summary>
    public void Restart()
    {
        _stream.SetLength(0);
        _ = _hash.GetHashAndReset();
        Length = 0;
    }

    /// <summary>The SHA-256 of all bytes, in lower-case hexadecimal.</summary>
    public string Digest() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>Makes the bytes durable and moves them to their destination.</summary>
    /// <exception cref="HubException">The disk is full or broken.</exception>
    public void Complete()
    {
        try
        {
            _stream.Flush(flushToDisk: true);
            _stream.Dispose();
            File.Move(_stream.Name, _destination, overwrite: true);
        }
        catch (IOException error)
        {
            throw new HubException($"could not write {_destination}: {error.Message}", error);
        }
    }

    /// <summary>Deletes the bytes.</summary>
    public void Discard()
    {
        _stream.Dispose();
        File.Delete(_stream.Name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _hash.Dispose();
    }
}
