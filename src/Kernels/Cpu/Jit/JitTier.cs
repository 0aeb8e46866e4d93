// Owns the list of how far generated code may go.
namespace Tern.Kernels.Cpu.Jit;

/// <summary>Instructions that the CPU backend takes from generated code, ascending by what they are worth.</summary>
public enum JitTier
{
    /// <summary>None: only what .NET offers.</summary>
    Off,

    /// <summary>256-bit products of bytes (AVX2).</summary>
    Avx2,

    /// <summary>256-bit integer dot products (AVX-VNNI).</summary>
    AvxVnni,

    /// <summary>512-bit integer dot products (AVX512-VNNI).</summary>
    Vnni,

    /// <summary>The same for few rows and tile products (AMX) for many.</summary>
    Amx,
}
