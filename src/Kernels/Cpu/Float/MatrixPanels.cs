// Owns the panels of a matrix that was not rearranged before: its elements are copied slab by slab.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Float;

internal readonly unsafe struct MatrixPanels<TLanes>(FloatMatrix matrix, int outputs) : IPanels
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const int Panel = FloatProduct.Panel;

    /// <summary>Such matrices come from the caches, or lie too far apart.</summary>
    public (nint At, int StepBytes) Ahead(int panel, int start, int rows) => default;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public float* Slab(int panel, int start, int depth, float* room)
    {
        float* source = matrix.At(panel * Panel, start);
        int count = Math.Min(Panel, outputs - panel * Panel);
        if (count == Panel && matrix.RowStride == 1)
        {
            for (int k = 0; k < depth; k++)
                TLanes.Store(room + k * Panel, TLanes.Load(source + k * matrix.DepthStride));
        }
        else if (count == Panel && matrix.DepthStride == 1)
        {
            for (int row = 0; row < Panel; row += Transposition.Size)
                Transposition.Run(source + row * matrix.RowStride, matrix.RowStride, depth, room + row, Panel);
        }
        else
        {
            for (int k = 0; k < depth; k++)
            for (int row = 0; row < Panel; row++)
                room[k * Panel + row] = row < count ? source[row * matrix.RowStride + k * matrix.DepthStride] : 0;
        }
        return room;
    }
}
