// Owns the memory that interpreted code may touch: exactly the buffers a test hands out, to the byte.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Tests.Jit;

/// <summary>Native buffers at their real addresses, so that the same job runs interpreted and on the processor.</summary>
internal sealed unsafe class MachineMemory : IDisposable
{
    private const int Alignment = 64;
    private readonly List<(ulong Start, int Length, bool Writable)> _buffers = [];
    private readonly List<IntPtr> _allocations = [];
    private readonly bool _isProcess;

    public MachineMemory() { }

    private MachineMemory(bool isProcess) => _isProcess = isProcess;

    /// <summary>All memory of this process, for kernels that run amid the code that calls them.</summary>
    public static MachineMemory OfProcess() => new(isProcess: true);

    /// <summary>A zeroed buffer that begins <paramref name="misalignment"/> bytes after a 64-byte boundary.</summary>
    public byte* Allocate(int length, int misalignment = 0, bool writable = true)
    {
        var allocation = (byte*)NativeMemory.AlignedAlloc((nuint)(length + misalignment), Alignment);
        _allocations.Add((IntPtr)allocation);
        byte* start = allocation + misalignment;
        new Span<byte>(start, length).Clear();
        _buffers.Add(((ulong)start, length, writable));
        return start;
    }

    /// <summary>A buffer that holds the values and that code may only read.</summary>
    public byte* Constant<T>(ReadOnlySpan<T> values, int misalignment = 0)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        byte* start = Allocate(bytes.Length, misalignment, writable: false);
        bytes.CopyTo(new Span<byte>(start, bytes.Length));
        return start;
    }

    /// <summary>Lets code read memory that something else owns.</summary>
    public void Register(byte* start, long length) => _buffers.Add(((ulong)start, checked((int)length), false));

    public Span<byte> Read(ulong address, int length) => At(address, length, write: false);

    public Span<byte> Write(ulong address, int length) => At(address, length, write: true);

    public void Dispose()
    {
        foreach (IntPtr allocation in _allocations)
            NativeMemory.AlignedFree((void*)allocation);
        _allocations.Clear();
        _buffers.Clear();
    }

    private Span<byte> At(ulong address, int length, bool write)
    {
        if (_isProcess)
            return new Span<byte>((void*)address, length);
        foreach (var (start, size, writable) in _buffers)
        {
            if (address >= start && address + (ulong)length <= start + (ulong)size && (writable || !write))
                return new Span<byte>((void*)address, length);
        }
        string access = write ? "writes" : "reads";
        throw new MachineException($"{access} {length} bytes at {address:x}, in none of {Describe()}");
    }

    private string Describe() =>
        string.Join(
            ", ",
            _buffers.Select(buffer => $"[{buffer.Start:x} + {buffer.Length}{(buffer.Writable ? "" : ", read only")}]")
        );
}
