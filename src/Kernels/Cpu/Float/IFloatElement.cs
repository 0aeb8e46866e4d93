// Owns the contract of an element type of float weights: how 16 of them become lanes.
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Float;

internal unsafe interface IFloatElement
{
    /// <summary>Bytes of an element.</summary>
    static abstract int Bytes { get; }

    /// <summary>16 elements, exactly.</summary>
    static abstract TLanes Load<TLanes>(byte* source)
        where TLanes : unmanaged, ILanes<TLanes>;
}
