// The interpreter's tile instructions: eight registers of up to 16 rows of 64 bytes, whose shapes a configuration fixes.
using System.Buffers.Binary;
using Iced.Intel;

namespace Tern.Kernels.Tests.Jit;

internal sealed unsafe partial class Machine
{
    private MachineTile[]? _tiles;

    private bool TryTile(in Instruction i)
    {
        switch (i.Mnemonic)
        {
            case Mnemonic.Ldtilecfg:
                Configure(_memory.Read(Address(i, 0), 64));
                return true;
            case Mnemonic.Tilerelease:
                _tiles = null;
                return true;
            case Mnemonic.Tilezero:
                Tile(i.Op0Register).Clear();
                return true;
            case Mnemonic.Tileloadd:
                var loaded = Tile(i.Op0Register);
                loaded.Clear();
                for (int row = 0; row < loaded.Rows; row++)
                    _memory.Read(TileRow(i, row), loaded.RowBytes).CopyTo(loaded.Row(row));
                return true;
            case Mnemonic.Tilestored:
                var stored = Tile(i.Op1Register);
                for (int row = 0; row < stored.Rows; row++)
                    stored.Row(row).CopyTo(_memory.Write(TileRow(i, row), stored.RowBytes));
                return true;
            case Mnemonic.Tdpbf16ps:
                Multiply(i, AddBFloat16);
                return true;
            case Mnemonic.Tdpbssd:
                Multiply(i, AddBytes);
                return true;
            default:
                return false;
        }
    }

    private void Configure(ReadOnlySpan<byte> configuration)
    {
        if (configuration[0] != 1 || configuration[1] != 0 || configuration[2..16].ContainsAnyExcept((byte)0))
            throw new MachineException("impossible tile configuration");
        _tiles = new MachineTile[8];
        for (int tile = 0; tile < 8; tile++)
        {
            int rowBytes = BinaryPrimitives.ReadUInt16LittleEndian(configuration[(16 + 2 * tile)..]);
            int rows = configuration[48 + tile];
            if (rows > 16 || rowBytes > 64 || rows == 0 != (rowBytes == 0))
                throw new MachineException($"impossible tile of {rows} rows of {rowBytes} bytes");
            _tiles[tile] = new MachineTile(rows, rowBytes);
        }
        if (configuration[32..48].ContainsAnyExcept((byte)0) || configuration[56..].ContainsAnyExcept((byte)0))
            throw new MachineException("configuration of tiles that do not exist");
    }

    private MachineTile Tile(Register register)
    {
        var tile = _tiles?[register - Register.TMM0] ?? throw new MachineException("no tile configuration");
        return tile.Rows > 0 ? tile : throw new MachineException($"{register} has no shape");
    }

    /// <summary>The address of a tile's row: what would be the index is the distance of rows.</summary>
    private ulong TileRow(in Instruction i, int row) =>
        this[i.MemoryBase] + i.MemoryDisplacement64 + (ulong)row * this[i.MemoryIndex] * (ulong)i.MemoryIndexScale;

    /// <summary>Every element of the target becomes f(element, row of a, column of b), in steps of 32 bits.</summary>
    private void Multiply(in Instruction i, Func<uint, uint[], uint[], uint> function)
    {
        var (c, a, b) = (Tile(i.Op0Register), Tile(i.Op1Register), Tile(i.Op2Register));
        if (c.Rows != a.Rows || c.RowBytes != b.RowBytes || a.RowBytes != 4 * b.Rows || c.RowBytes % 4 != 0)
            throw new MachineException($"{i}: tiles do not fit");
        for (int row = 0; row < c.Rows; row++)
        for (int column = 0; column < c.RowBytes / 4; column++)
        {
            uint[] steps = [.. Enumerable.Range(0, b.Rows).Select(k => b.Lanes(k)[column])];
            c.Lanes(row)[column] = function(c.Lanes(row)[column], a.Lanes(row).ToArray(), steps);
        }
    }

    /// <summary>Two sums, of the even and of the odd inputs, fused and with subnormals as zero, join at the end.</summary>
    private static uint AddBFloat16(uint sum, uint[] a, uint[] b)
    {
        float even = 0;
        float odd = 0;
        for (int k = 0; k < a.Length; k++)
        {
            even = Flush(MathF.FusedMultiplyAdd(Flush(Float(a[k] << 16)), Flush(Float(b[k] << 16)), even));
            odd = Flush(MathF.FusedMultiplyAdd(Flush(Float(a[k] >> 16 << 16)), Flush(Float(b[k] >> 16 << 16)), odd));
        }
        return Bits(Flush(Flush(Float(sum)) + Flush(even + odd)));
    }

    private static uint AddBytes(uint sum, uint[] a, uint[] b)
    {
        for (int k = 0; k < a.Length; k++)
        for (int shift = 0; shift < 32; shift += 8)
            sum += (uint)((sbyte)(a[k] >> shift) * (sbyte)(b[k] >> shift));
        return sum;
    }

    private static float Flush(float value) => float.IsSubnormal(value) ? 0 : value;
}
