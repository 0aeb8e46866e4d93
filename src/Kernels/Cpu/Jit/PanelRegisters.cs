// Owns which vector register holds what while a kernel walks along a panel. One table for all kernels, so that the steps
// they share (unpacking codes, reading scales) can be written once.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal static class PanelRegisters
{
    /// <summary>Next byte of the panel's codes.</summary>
    public static readonly AssemblerRegister64 Codes = r10;

    /// <summary>Next byte of the panel's scales.</summary>
    public static readonly AssemblerRegister64 Scales = r11;

    /// <summary>Four codes of each of the 16 outputs, unpacked.</summary>
    public static readonly AssemblerRegisterZMM Unpacked = zmm16;

    /// <summary>The upper bits of <see cref="Unpacked"/> on their way.</summary>
    public static readonly AssemblerRegisterZMM HighBits = zmm17;
    public static readonly AssemblerRegisterZMM NibbleMask = zmm18;
    public static readonly AssemblerRegisterZMM HighMask = zmm19;

    /// <summary>What is subtracted from every code, in the form that the kernel at hand needs.</summary>
    public static readonly AssemblerRegisterZMM Offset = zmm20;

    /// <summary>d of the super-block's outputs.</summary>
    public static readonly AssemblerRegisterZMM SuperScale = zmm21;

    /// <summary>dmin of the super-block's outputs.</summary>
    public static readonly AssemblerRegisterZMM SuperMinimum = zmm22;

    /// <summary>The scales of the block's first half, or of all of it.</summary>
    public static readonly AssemblerRegisterZMM Scale = zmm23;

    /// <summary>The scales of the block's second half, where it has its own.</summary>
    public static readonly AssemblerRegisterZMM SecondScale = zmm24;

    /// <summary>What is subtracted from the block's values.</summary>
    public static readonly AssemblerRegisterZMM Minimum = zmm25;
    public static readonly AssemblerRegisterZMM Scratch = zmm26;
    public static readonly AssemblerRegisterZMM ByteMask = zmm27;
    public static readonly AssemblerRegisterZMM Interleave = zmm28;

    /// <summary>Names all of them in the listing.</summary>
    public static void Name(KernelWriter k)
    {
        k.Name(Codes, "codes");
        k.Name(Scales, "scales");
        k.Name(Unpacked, "unpacked");
        k.Name(HighBits, "high_bits");
        k.Name(NibbleMask, "nibble_mask");
        k.Name(HighMask, "high_mask");
        k.Name(Offset, "offset");
        k.Name(SuperScale, "super_scale");
        k.Name(SuperMinimum, "super_min");
        k.Name(Scale, "scale");
        k.Name(SecondScale, "second_scale");
        k.Name(Minimum, "min");
        k.Name(Scratch, "t");
        k.Name(ByteMask, "byte_mask");
        k.Name(Interleave, "interleave");
    }
}
