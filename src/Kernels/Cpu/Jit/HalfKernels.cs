// Owns the kernels for weights in half precision. An unmanaged struct, so that it travels with the work that is handed to
// other threads.
namespace Tern.Kernels.Cpu.Jit;

/// <summary>The functions of a tier; both are null where it has none, and loops in C# give the same bits.</summary>
internal unsafe struct HalfKernels
{
    /// <summary>One row by <see cref="HalfRowProduct.Panels"/> panels.</summary>
    public delegate* unmanaged<HalfRowJob*, void> OneRow;

    /// <summary>A slab of a panel to floats.</summary>
    public delegate* unmanaged<HalfExpandJob*, void> Expand;
}
