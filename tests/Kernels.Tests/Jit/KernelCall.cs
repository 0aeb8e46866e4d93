// Owns the two ways in which tests run a kernel: through the interpreter everywhere, and on the processor where it can.
using Tern.Kernels.Cpu.Jit;

namespace Tern.Kernels.Tests.Jit;

/// <summary>Runs a kernel on a job in the memory.</summary>
internal unsafe delegate void KernelCall(GeneratedKernel kernel, MachineMemory memory, void* job);

internal static unsafe class KernelCalls
{
    public static readonly KernelCall Interpreted = (kernel, memory, job) => new Machine(kernel, memory).Call(job);

    public static readonly KernelCall Native = (kernel, _, job) =>
    {
        var (memory, refusal) = ExecutableMemory.Map(kernel.Code.Span);
        Assert.Null(refusal);
        using (memory)
            ((delegate* unmanaged<void*, void>)memory!.Start)(job);
    };
}
