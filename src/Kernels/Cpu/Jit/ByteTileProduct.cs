// Owns the generator of prefill kernels in 8-bit integers: up to 16 rows of quantized activations by one panel of 16
// outputs, over all of the depth. A block's codes become a tile, one tile product gives the integer sums of all rows, and
// the sums join the float results as they do in decode, so the bits are decode's; that addition, a few instructions a row
// and block, is what the kernel spends its time on.
using Iced.Intel;
using Tern.Tensors;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.PanelRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class ByteTileProduct : QuantizedProduct
{
    public const int MaxRows = 16;

    /// <summary>Where in the scratch the sums lie, behind the unpacked codes of a block.</summary>
    public const int SumsAt = 512;

    private static readonly AssemblerRegister64 RowCodes = rsi;
    private static readonly AssemblerRegister64 RowStride = r8;
    private static readonly AssemblerRegister64 Row = r9;
    private static readonly AssemblerRegister64 Memory = rbx;
    private static readonly AssemblerRegister64 LineBytes = rbp;
    private static readonly AssemblerRegister64 Left = r12;
    private static readonly AssemblerRegisterTMM SumTile = tmm0;
    private static readonly AssemblerRegisterTMM RowTile = tmm1;
    private static readonly AssemblerRegisterTMM CodeTile = tmm2;
    private static readonly AssemblerRegisterZMM Sum = zmm29;

    private static readonly AssemblerRegisterZMM[] Results =
    [
        .. new[] { zmm0, zmm1, zmm2, zmm3, zmm4, zmm5, zmm6, zmm7 },
        .. new[] { zmm8, zmm9, zmm10, zmm11, zmm12, zmm13, zmm14, zmm15 },
    ];

    /// <summary>Codes of 8 bits are a tile as they lie in the panel; the others are unpacked first.</summary>
    private bool IsTile => Format.Codes.Bits == 8;

    private ByteTileProduct(PanelFormat format)
        : base(format)
    {
        Name(RowCodes, "row_codes");
        Name(RowStride, "row_stride");
        Name(Row, "row");
        Name(Memory, "scratch");
        Name(LineBytes, "line_bytes");
        Name(Left, "left");
        Name(SumTile, "sum_tile");
        Name(RowTile, "row_tile");
        Name(CodeTile, "code_tile");
        Name(Sum, "sum");
        for (int row = 0; row < MaxRows; row++)
            Name(Results[row], $"result{row}");
    }

    public static GeneratedKernel Generate(PanelFormat format) => new ByteTileProduct(format).Write();

    public static string NameOf(DType type) => $"{type}-int8";

    private GeneratedKernel Write()
    {
        Save(Memory);
        Save(LineBytes);
        Save(Left);
        ldtilecfg(__[Field<ByteTileJob>(nameof(ByteTileJob.Shape))]);
        Begin();
        if (!IsTile && Format.Codes.Offset > 0)
        {
            Say("what every code is too large by, in every byte");
            Fill(Offset, Format.Codes.Offset * 0x01010101);
        }
        mov(RowCodes, Field<PanelJob>(nameof(PanelJob.Rows)));
        mov(RowStride, Field<PanelJob>(nameof(PanelJob.RowStride)));
        mov(Memory, Field<ByteTileJob>(nameof(ByteTileJob.Scratch)));
        mov(ebp, 64);
        foreach (var result in Results)
            Zero(result);
        Walk(
            Field<PanelJob>(nameof(PanelJob.Width)),
            AddBlock,
            advance: () =>
            {
                Advance();
                add(RowCodes, 32);
            }
        );
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
        if (!IsTile)
        {
            Say("the block's codes, signed, as lines of a tile");
            for (int group = 0; group < 8; group++)
            {
                Format.Codes.Unpack(this, group);
                if (Format.Codes.Offset > 0)
                    vpsubb(Unpacked, Unpacked, Offset);
                vmovups(__zmmword_ptr[Memory + 64 * group], Unpacked);
            }
        }
        int halves = Format.Scales.HasHalves ? 2 : 1;
        for (int half = 0; half < halves; half++)
        {
            int ownHalf = half;
            Say(halves == 1 ? "integer sums of all rows" : $"integer sums of all rows, half {half}");
            tilezero(SumTile);
            tileloadd(RowTile, __[RowCodes + RowStride + 16 * half]);
            tileloadd(CodeTile, __[(IsTile ? Codes : Memory) + LineBytes + 256 * half]);
            tdpbssd(SumTile, RowTile, CodeTile);
            tilestored(__[Memory + LineBytes + SumsAt], SumTile);

            Say("result += (scale · dx) · sum, row by row");
            mov(Row, Field<PanelJob>(nameof(PanelJob.Rows)));
            EachRow(
                $"added{half}",
                row =>
                {
                    vcvtdq2ps(Sum, __zmmword_ptr[Memory + (SumsAt + 64 * row)]);
                    AddSum(Results[row], Sum, Row, ownHalf);
                    add(Row, RowStride);
                }
            );
        }
    }

    /// <summary>Emits the step for each of 16 rows, to be left behind the last row that exists.</summary>
    private void EachRow(string end, Action<int> step)
    {
        var last = CreateLabel(end);
        mov(Left, Field<ByteTileJob>(nameof(ByteTileJob.RowCount)));
        for (int row = 0; row < MaxRows; row++)
        {
            step(row);
            if (row + 1 == MaxRows)
                break;
            dec(Left);
            je(last);
        }
        Place(ref last);
    }
}
