// Owns the measures of a tile product: what a tile holds, and how a processor is told the shapes of its eight tiles.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>The operand of the tile configuration, 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TileShape
{
    /// <summary>Rows that one product covers at most.</summary>
    public const int MaxRows = 32;

    /// <summary>Outputs that one product covers at most.</summary>
    public const int MaxOutputs = 32;

    /// <summary>Inputs of one step.</summary>
    public const int Depth = 32;

    /// <summary>Bytes of a tile: 16 lines of 64.</summary>
    public const int Bytes = 1024;

    private const int TileRows = 16;
    private const int LineBytes = 64;

    private byte _palette;
    private fixed byte _reserved[15];
    private fixed ushort _lineBytes[16];
    private fixed byte _lines[16];

    /// <summary>
    /// The shapes for bfloat16: tiles 0 to 3 are the results (of row tile i and panel j: 2i + j), 4 and 5 the row tiles, 6 and
    /// 7 the panels. Tiles that are not needed have none.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">More than fit, or none.</exception>
    public static TileShape ForBFloat16(int rows, int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, MaxRows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(outputs, MaxOutputs);
        var shape = new TileShape { _palette = 1 };
        for (int i = 0; i < 2; i++)
        {
            int ownRows = Math.Clamp(rows - TileRows * i, 0, TileRows);
            int ownOutputs = Math.Clamp(outputs - TileRows * i, 0, TileRows);
            for (int j = 0; j < 2; j++)
                shape.Set(2 * i + j, ownRows, sizeof(float) * Math.Clamp(outputs - TileRows * j, 0, TileRows));
            shape.Set(4 + i, ownRows, LineBytes);
            shape.Set(6 + i, TileRows, sizeof(float) * ownOutputs);
        }
        return shape;
    }

    /// <summary>The shapes for bytes: tile 0 the sums, 1 the rows, 2 the codes of a block of 32 inputs or of a half of one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More rows than fit, or none.</exception>
    public static TileShape ForBytes(int rows, bool hasHalves)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, TileRows);
        int inputs = hasHalves ? Depth / 2 : Depth;
        var shape = new TileShape { _palette = 1 };
        shape.Set(0, rows, LineBytes);
        shape.Set(1, rows, inputs);
        shape.Set(2, inputs / 4, LineBytes);
        return shape;
    }

    private void Set(int tile, int lines, int lineBytes)
    {
        bool isNeeded = lines > 0 && lineBytes > 0;
        _lines[tile] = (byte)(isNeeded ? lines : 0);
        _lineBytes[tile] = (ushort)(isNeeded ? lineBytes : 0);
    }
}
