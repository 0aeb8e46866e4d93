// Owns the generator of the kernels that expand a slice of a panel to bfloat16 tiles: each weight becomes exactly the
// float its format defines and is then rounded once. The tiles of a slice stay in the cache while many rows pass by.
using Iced.Intel;
using Tern.Tensors;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.PanelRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class PanelExpansion : PanelKernel
{
    private static readonly AssemblerRegister64 Tiles = rsi;

    /// <summary>The values of four inputs in turn, a lane an output.</summary>
    private static readonly AssemblerRegisterZMM[] Values = [zmm0, zmm1, zmm2, zmm3];

    private PanelExpansion(PanelFormat format)
        : base(format)
    {
        Name(Tiles, "tiles");
        for (int j = 0; j < Values.Length; j++)
            Name(Values[j], $"value{j}");
    }

    public static GeneratedKernel Generate(PanelFormat format) => new PanelExpansion(format).Write();

    public static string NameOf(DType type) => $"{type}-bf16";

    private GeneratedKernel Write()
    {
        Format.Codes.Prepare(this);
        Fill(ByteMask, 0xff);
        if (Format.Codes.Offset > 0)
            Fill(Offset, Format.Codes.Offset);
        Say("words 0 and 16, 1 and 17, …: the pairs of a line");
        vmovups(Interleave, Table("pairs", PairOrder()));
        mov(Scales, Field<ExpandJob>(nameof(ExpandJob.Scales)));
        mov(Codes, Field<ExpandJob>(nameof(ExpandJob.Codes)));
        mov(Tiles, Field<ExpandJob>(nameof(ExpandJob.Tiles)));
        Walk(
            Field<ExpandJob>(nameof(ExpandJob.Width)),
            block: () =>
            {
                for (int group = 0; group < 8; group++)
                    ExpandGroup(group);
            },
            advance: () => add(Tiles, TileShape.Bytes),
            nextSlab: () => { }
        );
        Return();
        return Finish(NameOf(Format.Type), $"A slice of a panel of 16 {Format.Type} outputs to bfloat16 tiles.");
    }

    /// <summary>Four inputs of each output: two lines of the tile.</summary>
    private void ExpandGroup(int group)
    {
        Say($"inputs {4 * group} to {4 * group + 3}");
        Format.Codes.Unpack(this, group);
        for (int j = 0; j < 4; j++)
        {
            var value = Values[j];
            SelectByte(value, j);
            if (Format.Codes.Offset > 0)
                vpsubd(value, value, Offset);
            vcvtdq2ps(value, value);
            vmulps(value, Format.Scales.ScaleOf(group / 4), value);
            Format.Scales.SubtractMinimum(this, value);
        }
        for (int pair = 0; pair < 2; pair++)
        {
            vcvtne2ps2bf16(Scratch, Values[2 * pair + 1], Values[2 * pair]);
            vpermw(Scratch, Interleave, Scratch);
            vmovups(__zmmword_ptr[Tiles + 64 * (2 * group + pair)], Scratch);
        }
    }

    private void SelectByte(AssemblerRegisterZMM value, int index)
    {
        if (index == 0)
        {
            vpandd(value, Unpacked, ByteMask);
            return;
        }
        vpsrld(value, Unpacked, (byte)(8 * index));
        if (index < 3)
            vpandd(value, value, ByteMask);
    }

    private static byte[] PairOrder()
    {
        var order = new byte[64];
        for (int word = 0; word < 32; word++)
            order[2 * word] = (byte)(word / 2 + 16 * (word % 2));
        return order;
    }
}
