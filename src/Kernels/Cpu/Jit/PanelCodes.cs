// Owns how the codes of a packed block become bytes in a register: the only step in which the formats differ besides
// their scales. A block has 32 inputs in 8 groups of 4; a group fills one register, four bytes an output.
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.PanelRegisters;

namespace Tern.Kernels.Cpu.Jit;

/// <summary>Codes of 4 to 6 bits are nibbles and planes of upper bits; codes of 8 bits are themselves.</summary>
/// <param name="Bits">Bits of a code: 4, 5, 6 or 8.</param>
/// <param name="Offset">The code of zero. Codes of 8 bits are signed; unpacked, they are unsigned and zero is 128.</param>
internal sealed record PanelCodes(int Bits, int Offset)
{
    private const int NibbleBytes = 256;

    // a | (b & c), as the truth table of the three-way logic instruction.
    private const byte OrAnd = 0xf8;

    /// <summary>Bytes of a block of 16 outputs and 32 inputs.</summary>
    public int BlockBytes => Bits * 64;

    /// <summary>Fills the constants that <see cref="Unpack"/> needs.</summary>
    public void Prepare(KernelWriter k)
    {
        k.Say("masks of the codes");
        if (Bits == 8)
        {
            k.Fill(HighMask, unchecked((int)0x80808080));
            return;
        }
        k.Fill(NibbleMask, 0x0f0f0f0f);
        if (Bits == 5)
            k.Fill(HighMask, 0x10101010);
        if (Bits == 6)
            k.Fill(HighMask, 0x30303030);
    }

    /// <summary>Puts the codes of a group, 0 to 7, into <see cref="Unpacked"/> as unsigned bytes.</summary>
    public void Unpack(KernelWriter k, int group)
    {
        if (Bits == 8)
        {
            k.vpxord(Unpacked, HighMask, __zmmword_ptr[Codes + 64 * group]);
            return;
        }
        int line = 64 * (group % 4);
        if (group < 4)
            k.vpandd(Unpacked, NibbleMask, __zmmword_ptr[Codes + line]);
        else
        {
            k.vpsrld(Unpacked, __zmmword_ptr[Codes + line], 4);
            k.vpandd(Unpacked, Unpacked, NibbleMask);
        }
        if (Bits == 5)
            AddHighBits(k, NibbleBytes, shift: 4 - group);
        if (Bits == 6)
            AddHighBits(k, NibbleBytes + 64 * (group / 4), shift: 4 - 2 * (group % 4));
    }

    /// <summary>Adds bits of the plane, shifted left (right where negative) to stand above the nibbles.</summary>
    private static void AddHighBits(KernelWriter k, int plane, int shift)
    {
        var source = __zmmword_ptr[Codes + plane];
        if (shift > 0)
            k.vpslld(HighBits, source, (byte)shift);
        else if (shift < 0)
            k.vpsrld(HighBits, source, (byte)-shift);
        else
            k.vmovups(HighBits, source);
        k.vpternlogd(Unpacked, HighBits, HighMask, OrAnd);
    }
}
