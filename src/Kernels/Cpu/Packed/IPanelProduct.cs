// Owns the contract of what multiplies rows with one panel: loops in C#, or generated code.
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu.Packed;

/// <summary>An unmanaged struct, so that handing it to other threads allocates nothing (see <see cref="IParallelBody"/>).</summary>
internal interface IPanelProduct
{
    /// <summary>Panels that it takes together for so many rows, at equal distances.</summary>
    int PanelsAtOnce(int rows);

    /// <summary>Floats of working memory a worker needs for so many rows: a multiple of 16.</summary>
    long WorkingFloats(int rows);

    /// <summary>Computes the outputs of the panels for all rows.</summary>
    void Multiply(in PanelTask task);
}
