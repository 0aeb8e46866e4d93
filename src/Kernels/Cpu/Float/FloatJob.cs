// Owns what the loops over tiles are told.
namespace Tern.Kernels.Cpu.Float;

/// <summary>Any number of rows by a slab of one panel: 16 outputs, a part of the depth. Strides are in bytes.</summary>
internal unsafe struct FloatJob
{
    /// <summary>The first row's first element.</summary>
    public float* A;

    /// <summary>From a row of a tile to the next.</summary>
    public nint RowStride;

    /// <summary>From an element of a row to the next.</summary>
    public nint Step;

    /// <summary>From a tile of rows to the next.</summary>
    public nint TileStride;

    /// <summary>Rows left.</summary>
    public int Rows;

    /// <summary>Steps, at least 1.</summary>
    public int Depth;

    /// <summary>16 floats for each step, one after the other.</summary>
    public float* B;

    /// <summary>16 results a row.</summary>
    public float* C;

    /// <summary>From a row of results to the next.</summary>
    public nint ResultStride;

    /// <summary>What is to be read from memory next: <see cref="AheadStep"/> bytes of it are asked for in each step.</summary>
    public byte* Ahead;

    /// <summary>0 if nothing is; then <see cref="Ahead"/> is any place that is near.</summary>
    public nint AheadStep;

    /// <summary>Whether results are added to what is there.</summary>
    public bool Continues;
}
