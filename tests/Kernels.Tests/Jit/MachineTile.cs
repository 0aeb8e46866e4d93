// Owns one tile register of the interpreter.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Tests.Jit;

/// <summary>Up to 16 rows of up to 64 bytes.</summary>
internal sealed class MachineTile(int rows, int rowBytes)
{
    private readonly byte[] _bytes = new byte[16 * 64];

    public int Rows => rows;

    public int RowBytes => rowBytes;

    public void Clear() => _bytes.AsSpan().Clear();

    public Span<byte> Row(int row) => _bytes.AsSpan(64 * row, rowBytes);

    public Span<uint> Lanes(int row) => MemoryMarshal.Cast<byte, uint>(Row(row));
}
