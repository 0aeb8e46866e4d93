// Owns how output files appear: whole or not at all.
namespace Tern.Formats;

/// <summary>Writes beside the destination and renames at the end, so a failure leaves what was there before.</summary>
public static class AtomicFile
{
    private const int BufferSize = 1 << 20;

    /// <summary>Writes <paramref name="length"/> bytes, asking the system for the space before the first is written.</summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(string destination, long length, Action<Stream> write)
    {
        string full = Path.GetFullPath(destination);
        string temporary = $"{full}.{Guid.NewGuid():N}.part";
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = BufferSize,
                PreallocationSize = length,
            };
            using (var stream = new FileStream(temporary, options))
            {
                write(stream);
                if (stream.Position != length)
                    throw new InvalidOperationException($"{destination}: wrote {stream.Position} bytes of {length}");
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
        }
        // The second is what a file too large for the file system becomes, or for the limit of the process.
        catch (Exception e) when (e is IOException or ArgumentOutOfRangeException { ParamName: "value" })
        {
            throw new IOException($"{destination}: could not write {length} bytes: {e.Message}", e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Writes zeros up to the next multiple of <paramref name="alignment"/>.</summary>
    public static void Pad(Stream stream, long alignment)
    {
        for (long at = stream.Position; at % alignment != 0; at++)
            stream.WriteByte(0);
    }
}
