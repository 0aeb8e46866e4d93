// Owns a matrix as a backend multiplies with it: either the tensor as the file has it, or a copy rearranged for speed.
using Tern.Tensors;

namespace Tern.Kernels;

/// <summary>A matrix <c>[out, in]</c> prepared by <see cref="IBackend.Prepare"/> for products on that backend.</summary>
public class Weight : IDisposable
{
    internal Weight(Tensor source) => Source = source;

    /// <summary>The matrix it was made from; its bytes need not be resident any more.</summary>
    public Tensor Source { get; internal set; }

    /// <summary>Rows: outputs of a product.</summary>
    public int Outputs => checked((int)Source.Rows);

    /// <summary>Columns: inputs of a product.</summary>
    public int Inputs => checked((int)Source.Columns);

    /// <summary>Frees what was made for the backend, not the source.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what a derived class holds.</summary>
    protected virtual void Dispose(bool disposing) { }
}
