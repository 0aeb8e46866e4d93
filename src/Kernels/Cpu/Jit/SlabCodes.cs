// Owns how packed codes become bytes in registers of 256 bits; PanelCodes says what they are.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.SlabRegisters;

namespace Tern.Kernels.Cpu.Jit;

/// <param name="k">Where to write.</param>
/// <param name="codes">The format's.</param>
/// <param name="turnsSign">Whether codes of 8 bits become unsigned.</param>
internal sealed class SlabCodes(KernelWriter k, PanelCodes codes, bool turnsSign)
{
    /// <summary>Whether a block is more than loaded.</summary>
    public bool ArePacked => codes.Bits < 8;

    /// <summary>Where a byte of the block's codes lies.</summary>
    public Func<int, AssemblerMemoryOperand> Place { get; set; } = at => __[CodeAt + at];

    /// <summary>Fills the masks.</summary>
    public void Prepare()
    {
        if (ArePacked)
        {
            k.Name(NibbleMask, "nibble_mask");
            k.Fill(NibbleMask, 0x0f0f0f0f);
        }
        if (codes.HighMask is { } mask && (ArePacked || turnsSign))
        {
            k.Name(HighMask, "high_mask");
            k.Fill(HighMask, mask);
        }
    }

    /// <summary>
    /// Puts the codes of a group, 0 to 7, of a part's outputs into its register. In pairs, group g + 4 comes right after g, whose
    /// nibbles lie in the same bytes: they are loaded once.
    /// </summary>
    public void Unpack(int group, int part, bool inPairs)
    {
        var target = Four[part];
        if (!ArePacked)
        {
            if (turnsSign)
                k.vpxor(target, HighMask, Line(64 * group + 32 * part));
            else
                k.vmovdqu(target, Line(64 * group + 32 * part));
            return;
        }
        var nibbles = inPairs ? Nibbles[part] : target;
        if (group < 4 || !inPairs)
            k.vmovdqu(nibbles, Line(64 * (group % 4) + 32 * part));
        if (group >= 4)
            k.vpsrld(nibbles, nibbles, 4);
        k.vpand(target, nibbles, NibbleMask);
        if (codes.Bits > 4)
            AddHighBits(target, codes.HighBitsOf(group), part);
    }

    private AssemblerMemoryOperand Line(int at) => __ymmword_ptr[Place(at)];

    private void AddHighBits(AssemblerRegisterYMM target, (int Plane, int Shift) place, int part)
    {
        k.vmovdqu(Scratch, Line(place.Plane + 32 * part));
        if (place.Shift > 0)
            k.vpslld(Scratch, Scratch, (byte)place.Shift);
        else if (place.Shift < 0)
            k.vpsrld(Scratch, Scratch, (byte)-place.Shift);
        k.vpand(Scratch, Scratch, HighMask);
        k.vpor(target, target, Scratch);
    }
}
