// Owns what tells one pool from another.
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu.Images;

/// <summary>How the values under a window become one, and to which of them its gradient goes.</summary>
internal interface IPool
{
    /// <summary>Whether the gradient depends on what was pooled.</summary>
    static abstract bool LooksBack { get; }

    /// <summary>What no value makes.</summary>
    static abstract float Nothing { get; }

    static abstract T Add<T>(T sum, T value)
        where T : unmanaged, ILanes<T>;

    /// <summary>The result, from what <paramref name="count"/> values have made.</summary>
    static abstract T Finish<T>(T sum, T count)
        where T : unmanaged, ILanes<T>;

    /// <summary>The part of the gradient for one value; <paramref name="left"/> is what is left for those after it.</summary>
    static abstract T Share<T>(T value, T result, T count, ref T left)
        where T : unmanaged, ILanes<T>;
}
