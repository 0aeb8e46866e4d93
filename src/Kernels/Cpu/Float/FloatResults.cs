// Owns where the results of a float product go, and how many there are.
namespace Tern.Kernels.Cpu.Float;

/// <summary>Rows of results, each contiguous.</summary>
internal readonly unsafe struct FloatResults
{
    public required float* Data { get; init; }

    /// <summary>Floats from a row to the next.</summary>
    public required nint Stride { get; init; }

    public required int Rows { get; init; }

    /// <summary>Results of a row.</summary>
    public required int Outputs { get; init; }

    /// <summary>Products that make up a result.</summary>
    public required int Depth { get; init; }

    /// <summary>Whether products are added to what is there.</summary>
    public bool Adds { get; init; }

    public float* At(int row, int output) => Data + row * Stride + output;

    public FloatResults Range(int row, int rows) => this with { Data = At(row, 0), Rows = rows };

    /// <summary>Whether there is nothing to multiply; results are then the sum of no products.</summary>
    public bool IsEmpty
    {
        get
        {
            if (Depth > 0)
                return Rows == 0 || Outputs == 0;
            for (int row = 0; row < Rows && !Adds; row++)
                new Span<float>(At(row, 0), Outputs).Clear();
            return true;
        }
    }
}
