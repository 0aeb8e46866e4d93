// Owns what there is to do with a panel of weights, or with a few: its operands, and where the results go.
using System.Runtime.Intrinsics;

namespace Tern.Kernels.Cpu.Packed;

/// <summary>All rows of a chunk times a panel, or one row times several where the product takes them.</summary>
internal readonly unsafe struct PanelTask
{
    /// <summary>Rounded rows.</summary>
    public required QuantizedRows X { get; init; }

    /// <summary>Inputs.</summary>
    public required int Width { get; init; }

    /// <summary>The first panel's scale stream.</summary>
    public required byte* Scales { get; init; }

    /// <summary>The first panel's code stream.</summary>
    public required byte* Codes { get; init; }

    /// <summary>1, or as many as <see cref="IPanelProduct.PanelsAtOnce"/>.</summary>
    public required int Panels { get; init; }

    /// <summary>Bytes from a panel to the next.</summary>
    public required long PanelStride { get; init; }

    /// <summary>The first row's first result.</summary>
    public required float* Output { get; init; }

    /// <summary>Floats from a row of results to the next.</summary>
    public required int OutputStride { get; init; }

    /// <summary>Floats from a panel's results to those of the next.</summary>
    public required int PanelOutputStride { get; init; }

    /// <summary>Outputs of the last panel that exist; the others have all.</summary>
    public required int Outputs { get; init; }

    /// <summary>The worker's memory, 64-byte aligned, undefined content.</summary>
    public required float* Working { get; init; }

    public int Rows => X.Rows;

    /// <summary>Copies results in rows of 16 to where they go.</summary>
    public void Write(float* results)
    {
        if (Outputs == PackedLayout.Panel)
        {
            for (int row = 0; row < Rows; row++)
                Vector512.Load(results + row * PackedLayout.Panel).Store(Output + (long)row * OutputStride);
            return;
        }
        for (int row = 0; row < Rows; row++)
            new ReadOnlySpan<float>(results + row * PackedLayout.Panel, Outputs).CopyTo(
                new Span<float>(Output + (long)row * OutputStride, Outputs)
            );
    }
}
