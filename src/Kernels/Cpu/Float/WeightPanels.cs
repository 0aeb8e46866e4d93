// Owns the panels of a prepared weight, as the second operand of a float product: expanded, where they are no floats yet,
// slab by slab into the first-level cache.
using System.Runtime.CompilerServices;
using Tern.Kernels.Cpu.Jit;
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Float;

internal readonly unsafe struct WeightPanels<TLanes, TElement>(FloatWeight weight, HalfKernels halves) : IPanels
    where TLanes : unmanaged, ILanes<TLanes>
    where TElement : struct, IFloatElement
{
    private readonly byte* _data = weight.Data;
    private readonly long _panelBytes = weight.PanelBytes;
    private readonly HalfKernels _halves = halves;

    public (nint At, int StepBytes) Ahead(int panel, int start, int rows)
    {
        int step = FloatProduct.Panel * TElement.Bytes;
        // Floats are read where they are: one tile of rows reads them step by step anyway.
        bool readsInStep = TElement.Bytes == sizeof(float) && rows <= FloatTiles<TLanes>.Rows;
        return ((nint)(_data + panel * _panelBytes + (long)start * step), readsInStep ? 0 : step);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public float* Slab(int panel, int start, int depth, float* room)
    {
        const int Panel = FloatProduct.Panel;
        byte* source = _data + panel * _panelBytes + (long)start * Panel * TElement.Bytes;
        if (TElement.Bytes == sizeof(float))
            return (float*)source;
        if (_halves.Expand is not null)
        {
            var job = new HalfExpandJob
            {
                Halves = source,
                Floats = room,
                Depth = depth,
                Ahead = HalfExpansion.BytesAhead,
            };
            _halves.Expand(&job);
            return room;
        }
        for (int k = 0; k < depth; k++, source += Panel * TElement.Bytes)
        {
            Prefetch.Lines(source + HalfExpansion.BytesAhead, 1);
            TLanes.Store(room + k * Panel, TElement.Load<TLanes>(source));
        }
        return room;
    }
}
