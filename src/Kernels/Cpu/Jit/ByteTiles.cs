// Owns what the two kernels share that multiply rows of quantized activations in tiles of bytes. One tile product gives the
// integer sums of 16 rows and a block of 32 inputs; the sums join the float results as they do in decode, so the bits are
// decode's. The tile product takes long but needs little; the additions, a few instructions a row and block, are the work.
// So the product of the next block is started before the sums of the current one are added, in two pieces of working
// memory that take turns.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.PanelRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal abstract class ByteTiles : QuantizedProduct
{
    /// <summary>Rows of a tile.</summary>
    public const int TileRows = 16;

    /// <summary>Bytes of a block's codes, one a byte.</summary>
    protected const int UnpackedBytes = 512;

    /// <summary>Bytes of a piece of working memory: codes, and the sums of both halves.</summary>
    protected const int PieceBytes = UnpackedBytes + 2 * TileShape.Bytes;

    protected static readonly AssemblerRegister64 RowCodes = r9;
    protected static readonly AssemblerRegister64 Current = rbx;
    protected static readonly AssemblerRegister64 Next = r13;
    protected static readonly AssemblerRegister64 RowsLeft = r12;
    protected static readonly AssemblerRegisterZMM[] Results =
    [
        .. new[] { zmm0, zmm1, zmm2, zmm3, zmm4, zmm5, zmm6, zmm7 },
        .. new[] { zmm8, zmm9, zmm10, zmm11, zmm12, zmm13, zmm14, zmm15 },
    ];

    private static readonly AssemblerRegister64 RowStride = r8;
    private static readonly AssemblerRegister64 LineBytes = rbp;
    private static readonly AssemblerRegisterTMM SumTile = tmm0;
    private static readonly AssemblerRegisterTMM RowTile = tmm1;
    private static readonly AssemblerRegisterTMM CodeTile = tmm2;
    private static readonly AssemblerRegisterZMM Sum = zmm29;

    protected ByteTiles(PanelFormat format)
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
        for (int row = 0; row < TileRows; row++)
            Name(Results[row], $"result{row}");
    }

    /// <summary>Codes of 8 bits are a tile as they lie in the panel; the others are unpacked first.</summary>
    protected bool IsTile => Format.Codes.Bits == 8;

    private int Halves => Format.Scales.HasHalves ? 2 : 1;

    /// <summary>Fills what does not change while the panel is walked.</summary>
    /// <param name="pieces">Where in the working memory the two pieces lie.</param>
    protected void BeginTiles(int pieces)
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
        mov(r8d, RowFields.RowBytes);
        mov(ebp, 64);
        mov(Next, Field<PanelJob>(nameof(PanelJob.Scratch)));
        if (pieces > 0)
            add(Next, pieces);
        lea(Current, __[Next + PieceBytes]);
        mov(RowsLeft, Field<PanelJob>(nameof(PanelJob.RowCount)));
    }

    /// <summary>Stores the block's codes, signed, as lines of a tile.</summary>
    protected void UnpackTo(AssemblerRegister64 target)
    {
        Say("the block's codes, signed, as lines of a tile");
        for (int group = 0; group < 8; group++)
        {
            Format.Codes.Unpack(this, group);
            if (Format.Codes.Offset > 0)
                vpsubb(Unpacked, Unpacked, Offset);
            vmovups(__zmmword_ptr[target + 64 * group], Unpacked);
        }
    }

    /// <summary>Integer sums of 16 rows from <see cref="RowCodes"/> on and the block whose signed codes are at the place.</summary>
    protected void MultiplyNext(AssemblerRegister64 codes)
    {
        for (int half = 0; half < Halves; half++)
        {
            tilezero(SumTile);
            tileloadd(RowTile, __[RowCodes + RowStride + 16 * half]);
            tileloadd(CodeTile, __[codes + LineBytes + 256 * half]);
            tdpbssd(SumTile, RowTile, CodeTile);
            tilestored(__[Next + LineBytes + SumsOf(half)], SumTile);
        }
    }

    /// <summary>Adds the sums of the current block to the results of the rows that exist.</summary>
    protected void AddSums()
    {
        for (int half = 0; half < Halves; half++)
        {
            Say("result += (scale · dx) · sum, row by row");
            var last = CreateLabel($"added{half}");
            for (int row = 0; row < TileRows; row++)
            {
                vcvtdq2ps(Sum, __zmmword_ptr[Current + (SumsOf(half) + 64 * row)]);
                AddSum(Results[row], Sum, row, half);
                LeaveAfter(row, last);
            }
            Place(ref last);
        }
    }

    /// <summary>Jumps where the row is the last that exists.</summary>
    protected void LeaveAfter(int row, Label end)
    {
        if (row + 1 == TileRows)
            return;
        cmp(RowsLeft, row + 1);
        jbe(end);
    }

    private static int SumsOf(int half) => UnpackedBytes + half * TileShape.Bytes;
}
