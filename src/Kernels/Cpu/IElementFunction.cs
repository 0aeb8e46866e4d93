// Owns the contract of a function of two elements and a parameter, applied by Elementwise to whole arrays.
using Tern.Kernels.Cpu.Lanes;

namespace Tern.Kernels.Cpu;

internal interface IElementFunction
{
    static abstract T Apply<T>(T x, T y, T parameter)
        where T : unmanaged, ILanes<T>;
}
