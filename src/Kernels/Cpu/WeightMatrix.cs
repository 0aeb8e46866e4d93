// Owns the description of a weight matrix inside a matrix product: where its rows lie and how they divide into blocks.
using Tern.Tensors;

namespace Tern.Kernels.Cpu;

internal readonly unsafe struct WeightMatrix
{
    public WeightMatrix(Tensor weight, int blockElements)
    {
        Data = weight.Data;
        RowBytes = weight.RowBytes;
        Outputs = checked((int)weight.Rows);
        Width = checked((int)weight.Columns);
        Blocks = Width / blockElements;
        int rest = Width % blockElements;
        RestBytes = rest == 0 ? 0 : (int)weight.Type.RowBytes(rest);
        PaddedWidth = (Blocks + (rest == 0 ? 0 : 1)) * blockElements;
    }

    public readonly byte* Data;
    public readonly long RowBytes;
    public readonly int Outputs;
    public readonly int Width;

    /// <summary>Whole blocks of a row.</summary>
    public readonly int Blocks;

    /// <summary>Bytes of a last, partial block, which only plain types can have.</summary>
    public readonly int RestBytes;

    /// <summary>The width rounded up to whole blocks.</summary>
    public readonly int PaddedWidth;

    /// <summary>Row <paramref name="output"/>, or the last row where there is none such.</summary>
    public byte* Row(int output) => Data + Math.Min(output, Outputs - 1) * RowBytes;
}
