// Owns the generator of the products of float tiles: 1 or 2 tiles of 16 rows by 1 or 2 panels of 16 outputs, over a slice
// of the depth, and then by the panels that follow, for to configure the tiles takes as long as a dozen products. Each of the
// up to four result tiles stays in its register from the first to the last step; loading four operands feeds four products,
// which is what keeps the tile unit busy. The results pass between slices as float32, unchanged, so a sum over the depth
// does not depend on how it is sliced.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class TileProduct : KernelWriter
{
    private static readonly AssemblerRegisterTMM[,] Results =
    {
        { tmm0, tmm1 },
        { tmm2, tmm3 },
    };
    private static readonly AssemblerRegisterTMM[] RowTiles = [tmm4, tmm5];
    private static readonly AssemblerRegisterTMM[] PanelTiles = [tmm6, tmm7];
    private static readonly AssemblerRegister64[] Rows = [rsi, r8];
    private static readonly AssemblerRegister64[] Panels = [r9, r10];
    private static readonly AssemblerRegister64 LineBytes = rax;
    private static readonly AssemblerRegister64 Steps = rcx;
    private static readonly AssemblerRegister64 Output = rdx;
    private static readonly AssemblerRegister64 OutputStride = r11;
    private static readonly AssemblerRegister64 TimesLeft = rbx;
    private static readonly AssemblerRegister64 NextPanel = r12;
    private static readonly AssemblerRegister64 FirstOutput = r13;

    private readonly SplitOperands _split;
    private readonly int _rowTiles;
    private readonly int _panels;

    private TileProduct(SplitOperands split, int rowTiles, int panels)
    {
        _split = split;
        _rowTiles = rowTiles;
        _panels = panels;
        Name(LineBytes, "line_bytes");
        Name(Steps, "steps");
        Name(Output, "output");
        Name(OutputStride, "output_stride");
        Name(TimesLeft, "times_left");
        Name(NextPanel, "next_panel");
        Name(FirstOutput, "first_output");
        for (int row = 0; row < rowTiles; row++)
        for (int panel = 0; panel < panels; panel++)
            Name(Results[row, panel], $"result{row}{panel}");
        for (int i = 0; i < 2; i++)
        {
            Name(Rows[i], $"row_at{i}");
            Name(RowTiles[i], $"rows{i}");
            Name(Panels[i], $"panel_at{i}");
            Name(PanelTiles[i], $"panel{i}");
        }
    }

    /// <summary>All that are generated.</summary>
    public static IEnumerable<(SplitOperands Split, int RowTiles, int Panels)> Shapes =>
        from split in Enum.GetValues<SplitOperands>()
        from rowTiles in (int[])[1, 2]
        from panels in (int[])[1, 2]
        select (split, rowTiles, panels);

    /// <param name="split">What is a pair of tiles a step.</param>
    /// <param name="rowTiles">Tiles of up to 16 rows: 1 or 2.</param>
    /// <param name="panels">Panels of up to 16 outputs: 1 or 2.</param>
    public static GeneratedKernel Generate(SplitOperands split, int rowTiles, int panels) =>
        new TileProduct(split, rowTiles, panels).Write();

    public static string NameOf(SplitOperands split, int rowTiles, int panels) =>
        split switch
        {
            SplitOperands.Neither => $"bf16-{rowTiles}x{panels}",
            SplitOperands.Rows => $"bf16-split-rows-{rowTiles}x{panels}",
            _ => $"bf16-split-both-{rowTiles}x{panels}",
        };

    /// <summary>Tiles of the rows a step.</summary>
    public static int RowParts(SplitOperands split) => split == SplitOperands.Neither ? 1 : 2;

    /// <summary>Tiles of a panel a step.</summary>
    public static int PanelParts(SplitOperands split) => split == SplitOperands.Both ? 2 : 1;

    private GeneratedKernel Write()
    {
        Save(TimesLeft);
        Save(NextPanel);
        Save(FirstOutput);
        ldtilecfg(__[Job]);
        mov(TimesLeft, Field<TileJob>(nameof(TileJob.Times)));
        mov(NextPanel, Field<TileJob>(nameof(TileJob.Panels)));
        mov(FirstOutput, Field<TileJob>(nameof(TileJob.Output)));
        var panels = Here("panels");
        var begin = CreateLabel("begin");
        var multiply = CreateLabel("multiply");
        cmp(Field<TileJob>(nameof(TileJob.Continues)), 0);
        je(begin);
        Say("the results of the slices before");
        EachResult((tile, place) => tileloadd(tile, place));
        jmp(multiply);
        Place(ref begin);
        for (int row = 0; row < _rowTiles; row++)
        for (int panel = 0; panel < _panels; panel++)
            tilezero(Results[row, panel]);
        Place(ref multiply);
        LoadPointers();

        var step = Here("step");
        for (int panelPart = 0; panelPart < PanelParts(_split); panelPart++)
            MultiplyPart(panelPart);
        for (int row = 0; row < _rowTiles; row++)
            add(Rows[row], RowParts(_split) * TileShape.Bytes);
        for (int panel = 0; panel < _panels; panel++)
            add(Panels[panel], PanelParts(_split) * TileShape.Bytes);
        dec(Steps);
        jne(step);

        Say("store the rows and outputs that exist");
        EachResult((tile, place) => tilestored(place, tile));
        add(FirstOutput, 64 * _panels);
        dec(TimesLeft);
        jne(panels);
        tilerelease();
        Return();
        string operands = _split switch
        {
            SplitOperands.Neither => "in bfloat16",
            SplitOperands.Rows => "in bfloat16, the rows in two parts",
            _ => "in bfloat16, both in two parts",
        };
        return Finish(
            NameOf(_split, _rowTiles, _panels),
            $"{16 * _rowTiles} rows by {16 * _panels} outputs {operands}, over a slice of the depth."
        );
    }

    /// <summary>A part of the panels by all parts of the rows, but the small part of one by that of the other.</summary>
    private void MultiplyPart(int panelPart)
    {
        int rowParts = panelPart == 0 ? RowParts(_split) : 1;
        for (int row = 0; row < _rowTiles; row++)
        for (int rowPart = 0; rowPart < rowParts; rowPart++)
        for (int panel = 0; panel < _panels; panel++)
        {
            if (row == 0 && rowPart == 0)
                tileloadd(PanelTiles[panel], __[Panels[panel] + LineBytes + panelPart * TileShape.Bytes]);
            if (panel == 0)
                tileloadd(RowTiles[row], __[Rows[row] + LineBytes + rowPart * TileShape.Bytes]);
            tdpbf16ps(Results[row, panel], RowTiles[row], PanelTiles[panel]);
        }
    }

    private void LoadPointers()
    {
        mov(eax, 64);
        mov(Steps, Field<TileJob>(nameof(TileJob.Steps)));
        mov(Rows[0], Field<TileJob>(nameof(TileJob.Rows)));
        if (_rowTiles > 1)
        {
            mov(Rows[1], Rows[0]);
            add(Rows[1], Field<TileJob>(nameof(TileJob.RowTileStride)));
        }
        for (int panel = 0; panel < _panels; panel++)
        {
            mov(Panels[panel], NextPanel);
            add(NextPanel, Field<TileJob>(nameof(TileJob.PanelStride)));
        }
    }

    private void EachResult(Action<AssemblerRegisterTMM, AssemblerMemoryOperand> visit)
    {
        mov(Output, FirstOutput);
        mov(OutputStride, Field<TileJob>(nameof(TileJob.OutputStride)));
        for (int row = 0; row < _rowTiles; row++)
        {
            for (int panel = 0; panel < _panels; panel++)
                visit(Results[row, panel], __[Output + OutputStride + 64 * panel]);
            if (row + 1 == _rowTiles)
                break;
            mov(rax, OutputStride);
            shl(rax, 4);
            add(Output, rax);
        }
    }
}
