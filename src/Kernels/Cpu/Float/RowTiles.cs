// Owns how the first operand of a float product lies while it is multiplied: in slabs along the depth, tile after tile, so
// that what is worked on at a time is contiguous, whatever the strides of the matrix.
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Float;

/// <summary>
/// Within a tile, rows follow each other where they are contiguous in the matrix; else a tile has all its rows' elements
/// of one step of the depth, then those of the next.
/// </summary>
internal readonly unsafe struct RowTiles<TLanes>(float* memory, int rows, bool keepsRows)
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly int _padded = Pad(rows);

    private static int Tile => FloatTiles<TLanes>.Rows;

    public static long Floats(int rows, int depth) => (long)Pad(rows) * depth;

    /// <summary>The part of a job that tells where rows are.</summary>
    public FloatJob Job(int row, int count, int start, int depth) =>
        new()
        {
            A = At(row, start, depth),
            RowStride = sizeof(float) * (keepsRows ? depth : 1),
            Step = sizeof(float) * (keepsRows ? 1 : Tile),
            TileStride = sizeof(float) * depth * Tile,
            Rows = count,
            Depth = depth,
        };

    /// <summary>Copies some whole tiles of a slab, and of the last tile the rows there are.</summary>
    /// <param name="matrix">All rows, from the slab on.</param>
    /// <param name="row">The first row, a tile's first.</param>
    /// <param name="end">Where to stop.</param>
    /// <param name="start">Where the slab begins.</param>
    /// <param name="depth">Its steps.</param>
    public void Pack(FloatMatrix matrix, int row, int end, int start, int depth)
    {
        end = Math.Min(end, rows);
        if (keepsRows)
            PackRows(matrix, row, end, start, depth);
        else
            PackSteps(matrix, row, end, start, depth);
    }

    private void PackRows(FloatMatrix matrix, int row, int end, int start, int depth)
    {
        float* target = At(row, start, depth);
        for (; row < end; row++, target += depth)
            new ReadOnlySpan<float>(matrix.At(row, 0), depth).CopyTo(new Span<float>(target, depth));
    }

    private void PackSteps(FloatMatrix matrix, int row, int end, int start, int depth)
    {
        // A few steps at a time: the lines that are read serve all tiles, and those that are written fill up.
        const int Steps = 16;
        for (int first = 0; first < depth; first += Steps)
        for (int tile = row; tile < end; tile += Tile)
        {
            float* target = At(tile, start, depth) + (nint)first * Tile;
            int count = Math.Min(Tile, end - tile);
            for (int k = first; k < Math.Min(first + Steps, depth); k++, target += Tile)
            {
                float* source = matrix.At(tile, k);
                if (matrix.RowStride == 1 && count == Tile)
                {
                    for (int i = 0; i < Tile; i += 2)
                        *(long*)(target + i) = *(long*)(source + i);
                }
                else
                {
                    for (int i = 0; i < count; i++)
                        target[i] = source[i * matrix.RowStride];
                }
            }
        }
    }

    private static int Pad(int rows) => (rows + Tile - 1) / Tile * Tile;

    private float* At(int row, int start, int depth) => memory + (nint)start * _padded + (nint)row * depth;
}
