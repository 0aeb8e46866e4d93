// Owns the list of how far generated code may go.
namespace Tern.Kernels.Cpu.Jit;

/// <summary>Instructions that the CPU backend takes from generated code; each tier includes the one before.</summary>
public enum JitTier
{
    /// <summary>None: only what .NET offers.</summary>
    Off,

    /// <summary>512-bit integer dot products (AVX512-VNNI) for quantized weights.</summary>
    Vnni,

    /// <summary>Tile products (AMX) for many rows.</summary>
    Amx,
}
