// Owns the contract of what multiplies rows with one panel: loops in C#, or generated code.
using Tern.Kernels.Threading;

namespace Tern.Kernels.Cpu.Packed;

/// <summary>An unmanaged struct, so that handing it to other threads allocates nothing (see <see cref="IParallelBody"/>).</summary>
internal interface IPanelProduct
{
    /// <summary>Panels that it wants in a task of so many rows: such as follow each other, fewer at the end of a matrix.</summary>
    int PanelsAtOnce(int rows);

    /// <summary>Floats of working memory a worker needs for so many rows: a multiple of 16.</summary>
    long WorkingFloats(int rows);

    /// <summary>Computes the outputs of the panel for all rows.</summary>
    void Multiply(in PanelTask task);
}
