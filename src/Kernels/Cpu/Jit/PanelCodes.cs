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

    /// <summary>Products of four codes by four codes of a row that a sum of 16 bits holds: 2 · 127 · largest code · groups &lt; 2^15.</summary>
    public int GroupsInInt16 =>
        Bits switch
        {
            4 => 8,
            5 => 4,
            6 => 2,
            _ => 1,
        };

    /// <summary>In every byte: the bits above the nibbles, or the sign that codes of 8 bits lose.</summary>
    public int? HighMask =>
        Bits switch
        {
            5 => 0x10101010,
            6 => 0x30303030,
            8 => unchecked((int)0x80808080),
            _ => null,
        };

    /// <summary>
    /// What a pair of sums of 16 bits is multiplied with to take the offset from a sum of products: both count, or the first.
    /// </summary>
    public int OffsetFactors(bool firstOnly) => (firstOnly ? 0 : -Offset << 16) | (-Offset & 0xffff);

    /// <summary>Where the upper bits of a group lie in a block: the plane, and how far left they go (right where negative).</summary>
    public (int Plane, int Shift) HighBitsOf(int group) =>
        Bits == 5 ? (NibbleBytes, 4 - group) : (NibbleBytes + 64 * (group / 4), 4 - 2 * (group % 4));

    /// <summary>Fills the constants that <see cref="Unpack"/> needs.</summary>
    public void Prepare(KernelWriter k)
    {
        k.Say("masks of the codes");
        if (Bits < 8)
            k.Fill(NibbleMask, 0x0f0f0f0f);
        if (HighMask is { } mask)
            k.Fill(PanelRegisters.HighMask, mask);
    }

    /// <summary>Puts the codes of a group, 0 to 7, into <see cref="Unpacked"/> as unsigned bytes.</summary>
    public void Unpack(KernelWriter k, int group)
    {
        if (Bits == 8)
        {
            k.vpxord(Unpacked, PanelRegisters.HighMask, __zmmword_ptr[Codes + 64 * group]);
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
        if (Bits > 4)
            AddHighBits(k, HighBitsOf(group));
    }

    private static void AddHighBits(KernelWriter k, (int Plane, int Shift) place)
    {
        var source = __zmmword_ptr[Codes + place.Plane];
        if (place.Shift > 0)
            k.vpslld(HighBits, source, (byte)place.Shift);
        else if (place.Shift < 0)
            k.vpsrld(HighBits, source, (byte)-place.Shift);
        else
            k.vmovups(HighBits, source);
        k.vpternlogd(Unpacked, HighBits, PanelRegisters.HighMask, OrAnd);
    }
}
