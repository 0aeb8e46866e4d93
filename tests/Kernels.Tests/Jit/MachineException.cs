// Owns the interpreter's verdict on code that does what it must not.
namespace Tern.Kernels.Tests.Jit;

/// <summary>An unknown instruction, an access outside all buffers, or a use that a processor would fault on.</summary>
internal sealed class MachineException(string message) : Exception(message);
