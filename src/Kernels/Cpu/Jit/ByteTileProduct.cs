// Owns the generator of prefill kernels in 8-bit integers: up to 16 rows of quantized activations by one panel of 16
// outputs, over all of the depth. A block's codes become a tile, one tile product gives the integer sums of all rows, and
// the sums join the float results as they do in decode, so the bits are decode's. The tile product takes long but needs
// little; the additions, a few instructions a row and block, are the work. So the tile product of the next block is
// started before the sums of the current one are added, in two pieces of working memory that take turns.
using Iced.Intel;
using Tern.Kernels.Cpu.Packed;
using Tern.Tensors;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.PanelRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class ByteTileProduct : QuantizedProduct
{
    public const int MaxRows = 16;

    /// <summary>Where in a piece of working memory the sums lie, behind the unpacked codes of a block.</summary>
    private const int SumsAt = 512;

    /// <summary>Bytes of a piece of working memory: codes, and the sums of both halves.</summary>
    public const int PieceBytes = SumsAt + 2 * TileShape.Bytes;

    private static readonly AssemblerRegister64 RowCodes = r9;
    private static readonly AssemblerRegister64 RowStride = r8;
    private static readonly AssemblerRegister64 Current = rbx;
    private static readonly AssemblerRegister64 Next = r13;
    private static readonly AssemblerRegister64 LineBytes = rbp;
    private static readonly AssemblerRegister64 RowsLeft = r12;
    private static readonly AssemblerRegisterTMM SumTile = tmm0;
    private static readonly AssemblerRegisterTMM RowTile = tmm1;
    private static readonly AssemblerRegisterTMM CodeTile = tmm2;
    private static readonly AssemblerRegisterZMM Sum = zmm29;

    private static readonly AssemblerRegisterZMM[] Results =
    [
        .. new[] { zmm0, zmm1, zmm2, zmm3, zmm4, zmm5, zmm6, zmm7 },
        .. new[] { zmm8, zmm9, zmm10, zmm11, zmm12, zmm13, zmm14, zmm15 },
    ];

    private ByteTileProduct(PanelFormat format)
        : base(format)
    {
        Name(RowCodes, "next_row_codes");
        Name(RowStride, "row_stride");
        Name(Current, "current");
        Name(Next, "next");
        Name(LineBytes, "line_bytes");
        Name(RowsLeft, "rows_left");
        Name(SumTile, "sum_tile");
        Name(RowTile, "row_tile");
        Name(CodeTile, "code_tile");
        Name(Sum, "sum");
        for (int row = 0; row < MaxRows; row++)
            Name(Results[row], $"result{row}");
    }

    /// <summary>Codes of 8 bits are a tile as they lie in the panel; the others are unpacked first.</summary>
    private bool IsTile => Format.Codes.Bits == 8;

    private int Halves => Format.Scales.HasHalves ? 2 : 1;

    public static GeneratedKernel Generate(PanelFormat format) => new ByteTileProduct(format).Write();

    public static string NameOf(DType type) => $"{type}-int8";

    private GeneratedKernel Write()
    {
        foreach (var register in (AssemblerRegister64[])[Current, Next, LineBytes, RowsLeft])
            Save(register);
        ldtilecfg(__[Field<ByteTileJob>(nameof(ByteTileJob.Shape))]);
        Begin();
        if (!IsTile && Format.Codes.Offset > 0)
        {
            Say("what every code is too large by, in every byte");
            Fill(Offset, Format.Codes.Offset * 0x01010101);
        }
        mov(RowCodes, Rows);
        mov(r8d, RowFields.RowBytes);
        mov(Next, Field<PanelJob>(nameof(PanelJob.Scratch)));
        lea(Current, __[Next + PieceBytes]);
        mov(ebp, 64);
        foreach (var result in Results)
            Zero(result);
        MultiplyNext();
        add(Codes, Format.Codes.BlockBytes);
        add(RowCodes, 32);
        Walk(Field<PanelJob>(nameof(PanelJob.Width)), AddBlock, AdvanceRowCodes, NextSlab);
        tilerelease();
        BeginStore();
        EachRow("stored", row => Store(Results[row]));
        Return();
        return Finish(
            NameOf(Format.Type),
            $"Up to 16 rows of 8-bit activations by a panel of 16 {Format.Type} outputs, in tiles of bytes."
        );
    }

    private void AddBlock()
    {
        Say("start the next block, if there is one");
        xchg(Current, Next);
        var started = CreateLabel("started");
        cmp(Left, 32);
        je(started);
        MultiplyNext();
        Place(ref started);
        for (int half = 0; half < Halves; half++)
            AddSums(half);
    }

    /// <summary>The row codes are those of the next block: one block ahead when a slab ends.</summary>
    private void AdvanceRowCodes()
    {
        add(RowCodes, 32);
        var inSlab = CreateLabel("in_slab");
        cmp(At, RowFields.SlabEnd - 8);
        jne(inSlab);
        add(RowCodes, Field<PanelJob>(nameof(PanelJob.SlabStride)));
        add(RowCodes, -32 * RowSlab.Blocks);
        Place(ref inSlab);
    }

    /// <summary>Integer sums of all rows for the block that <see cref="PanelRegisters.Codes"/> and the row codes point to.</summary>
    private void MultiplyNext()
    {
        if (!IsTile)
        {
            Say("the block's codes, signed, as lines of a tile");
            for (int group = 0; group < 8; group++)
            {
                Format.Codes.Unpack(this, group);
                if (Format.Codes.Offset > 0)
                    vpsubb(Unpacked, Unpacked, Offset);
                vmovups(__zmmword_ptr[Next + 64 * group], Unpacked);
            }
        }
        for (int half = 0; half < Halves; half++)
        {
            tilezero(SumTile);
            tileloadd(RowTile, __[RowCodes + RowStride + 16 * half]);
            tileloadd(CodeTile, __[(IsTile ? Codes : Next) + LineBytes + 256 * half]);
            tdpbssd(SumTile, RowTile, CodeTile);
            tilestored(__[Next + LineBytes + SumsOf(half)], SumTile);
        }
    }

    private void AddSums(int half)
    {
        Say("result += (scale · dx) · sum, row by row");
        EachRow(
            $"added{half}",
            row =>
            {
                vcvtdq2ps(Sum, __zmmword_ptr[Current + (SumsOf(half) + 64 * row)]);
                AddSum(Results[row], Sum, row, half);
            }
        );
    }

    /// <summary>Emits the step for each of 16 rows, to be left behind the last row that exists.</summary>
    private void EachRow(string end, Action<int> step)
    {
        var last = CreateLabel(end);
        mov(RowsLeft, Field<PanelJob>(nameof(PanelJob.RowCount)));
        for (int row = 0; row < MaxRows; row++)
        {
            step(row);
            if (row + 1 == MaxRows)
                break;
            dec(RowsLeft);
            je(last);
        }
        Place(ref last);
    }

    private static int SumsOf(int half) => SumsAt + half * TileShape.Bytes;
}
