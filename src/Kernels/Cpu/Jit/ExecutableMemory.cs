// Owns memory that holds machine code: writable while it is filled, then executable, never both at once.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Cpu.Jit;

internal sealed unsafe partial class ExecutableMemory : IDisposable
{
    private const int Read = 1;
    private const int Write = 2;
    private const int Execute = 4;
    private const int PrivateAnonymous = 0x22;

    private readonly nuint _length;
    private byte* _start;

    private ExecutableMemory(byte* start, nuint length)
    {
        _start = start;
        _length = length;
    }

    ~ExecutableMemory() => Free();

    /// <summary>The first byte of the code.</summary>
    /// <exception cref="ObjectDisposedException">The memory was given back.</exception>
    public byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(_start is null, this);
            return _start;
        }
    }

    /// <summary>Maps a copy of the code that can be called.</summary>
    /// <returns>The memory, or why the machine has none.</returns>
    public static (ExecutableMemory? Memory, ExecutableMemoryRefusal? Refusal) Map(ReadOnlySpan<byte> code)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return (null, new ExecutableMemoryRefusal("code is generated for Linux on x86-64 only", 0));
        var length = (nuint)code.Length;
        byte* start = MapPages(null, length, Read | Write, PrivateAnonymous, -1, 0);
        if ((nint)start == -1)
            return (null, ExecutableMemoryRefusal.Of("mmap"));
        code.CopyTo(new Span<byte>(start, code.Length));
        if (ProtectPages(start, length, Read | Execute) != 0)
        {
            var refusal = ExecutableMemoryRefusal.Of("mprotect");
            _ = UnmapPages(start, length);
            return (null, refusal);
        }
        return (new ExecutableMemory(start, length), null);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_start is not null)
            _ = UnmapPages(_start, _length);
        _start = null;
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial byte* MapPages(byte* at, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int ProtectPages(byte* start, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int UnmapPages(byte* start, nuint length);
}
