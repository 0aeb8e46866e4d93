// Owns the answer of a machine that lets no process make code at run time.
using System.Runtime.InteropServices;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>Why there is no executable memory; the vector instructions that .NET offers serve instead.</summary>
/// <param name="Reason">For messages.</param>
/// <param name="Error">The operating system's number, 0 where it was not asked.</param>
public sealed record ExecutableMemoryRefusal(string Reason, int Error)
{
    /// <summary>What the last system call of this thread said.</summary>
    internal static ExecutableMemoryRefusal Of(string call)
    {
        int error = Marshal.GetLastPInvokeError();
        return new($"executable memory: {call} says '{Marshal.GetPInvokeErrorMessage(error)}'", error);
    }
}
