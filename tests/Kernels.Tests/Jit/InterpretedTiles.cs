// Owns the tile kernels as functions that run in the interpreter, so that the code which calls them is tested everywhere.
using System.Runtime.InteropServices;
using Tern.Kernels.Cpu.Jit;

namespace Tern.Kernels.Tests.Jit;

/// <summary>The functions are valid while this is reachable.</summary>
internal sealed unsafe class InterpretedTiles
{
    private static readonly Dictionary<string, GeneratedKernel> s_kernels = KernelCatalog
        .Generate(JitTier.Amx)
        .ToDictionary(kernel => kernel.Name);

    private readonly List<JobCall> _calls = [];

    public InterpretedTiles() => Kernels = new FloatTileKernels(Pointer);

    public FloatTileKernels Kernels { get; }

    private nint Pointer(string name)
    {
        var kernel = s_kernels[name];
        JobCall call = job =>
        {
            using var memory = MachineMemory.OfProcess();
            KernelCalls.Interpreted(kernel, memory, (void*)job);
        };
        _calls.Add(call);
        return Marshal.GetFunctionPointerForDelegate(call);
    }

    private delegate void JobCall(nint job);
}
