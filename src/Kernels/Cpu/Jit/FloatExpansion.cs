// Owns the generator of the kernels that turn a slab of panels of F16 or BF16 outputs into tiles. A tile's line holds two
// inputs of 16 outputs, pair by pair. A half becomes two values of bfloat16 that sum up to it; BF16 only changes places.
// Several panels at a time are as many streams from memory.
using Iced.Intel;
using Tern.Tensors;
using static Iced.Intel.AssemblerRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class FloatExpansion : PartWriter
{
    /// <summary>Panels of the kernel that takes several at a time.</summary>
    public const int ManyPanels = 4;

    private const int LineBytes = 64;
    private const int Lines = TileShape.Bytes / LineBytes;

    /// <summary>How far ahead of what is expanded memory is read: by the end of a slab, into the next.</summary>
    private const int BytesAhead = 1024;

    private static readonly AssemblerRegister64 Panels = rax;
    private static readonly AssemblerRegister64 PanelStride = rcx;
    private static readonly AssemblerRegister64 ThreePanels = rdx;
    private static readonly AssemblerRegister64 Tiles = rsi;
    private static readonly AssemblerRegister64 TileStride = r8;
    private static readonly AssemblerRegister64 ThreeTiles = r9;
    private static readonly AssemblerRegister64 Steps = r10;
    private static readonly AssemblerRegister64 LinesLeft = r11;

    private static readonly AssemblerRegisterZMM[] Values = [zmm0, zmm1];

    /// <summary>What the upper halves of the values leave.</summary>
    private static readonly AssemblerRegisterZMM[] Rests = [zmm2, zmm3];

    private readonly bool _isHalf;
    private readonly int _panels;

    private FloatExpansion(DType type, int panels)
    {
        _isHalf = type == DType.F16;
        _panels = panels;
        Name(Panels, "panels");
        Name(PanelStride, "panel_stride");
        Name(ThreePanels, "three_panels");
        Name(Tiles, "tiles");
        Name(TileStride, "tile_stride");
        Name(ThreeTiles, "three_tiles");
        Name(Steps, "steps");
        Name(LinesLeft, "lines_left");
        for (int i = 0; i < 2; i++)
        {
            Name(Values[i], $"value{i}");
            Name(Rests[i], $"rest{i}");
        }
    }

    /// <summary>All that are generated.</summary>
    public static IEnumerable<(DType Type, int Panels)> Kinds =>
        from type in (DType[])[DType.F16, DType.BF16]
        from panels in (int[])[1, ManyPanels]
        select (type, panels);

    /// <param name="type"><see cref="DType.F16"/> or <see cref="DType.BF16"/>.</param>
    /// <param name="panels">1 or <see cref="ManyPanels"/>.</param>
    public static GeneratedKernel Generate(DType type, int panels) => new FloatExpansion(type, panels).Write(type);

    public static string NameOf(DType type, int panels) => $"{type}-tiles" + (panels == 1 ? "" : $"-x{panels}");

    private GeneratedKernel Write(DType type)
    {
        if (_isHalf)
            PrepareParts();
        mov(Panels, Field<FloatExpandJob>(nameof(FloatExpandJob.Panels)));
        mov(Tiles, Field<FloatExpandJob>(nameof(FloatExpandJob.Tiles)));
        mov(Steps, Field<FloatExpandJob>(nameof(FloatExpandJob.Steps)));
        if (_panels > 1)
        {
            mov(PanelStride, Field<FloatExpandJob>(nameof(FloatExpandJob.PanelStride)));
            lea(ThreePanels, __[PanelStride + PanelStride * 2]);
            mov(TileStride, Field<FloatExpandJob>(nameof(FloatExpandJob.TileStride)));
            lea(ThreeTiles, __[TileStride + TileStride * 2]);
        }
        var step = Here("step");
        mov(r11d, Lines);
        var line = Here("line");
        for (int panel = 0; panel < _panels; panel++)
            ExpandLine(panel);
        add(Panels, LineBytes);
        add(Tiles, LineBytes);
        dec(LinesLeft);
        jne(line);
        if (_isHalf)
            add(Tiles, TileShape.Bytes);
        dec(Steps);
        jne(step);
        Return();
        return Finish(
            NameOf(type, _panels),
            $"A slab of {(_panels == 1 ? "a panel" : $"{_panels} panels")} of 16 {type} outputs to bfloat16 tiles."
        );
    }

    private void ExpandLine(int panel)
    {
        var source = OfFour(panel, Panels, PanelStride, ThreePanels);
        var target = OfFour(panel, Tiles, TileStride, ThreeTiles);
        prefetcht0(__byte_ptr[source + BytesAhead]);
        if (!_isHalf)
        {
            for (int i = 0; i < 2; i++)
                vpmovzxwd(Values[i], __ymmword_ptr[source + 32 * i]);
            vpslld(Values[1], Values[1], 16);
            vpord(Values[0], Values[0], Values[1]);
            vmovups(__zmmword_ptr[target], Values[0]);
            return;
        }
        for (int i = 0; i < 2; i++)
        {
            Load(DType.F16, Values[i], source + 32 * i);
            vmovups(Rests[i], Values[i]);
            TakeRest(Rests[i]);
        }
        PairUppers(Values[0], Values[1]);
        PairUppers(Rests[0], Rests[1]);
        vmovups(__zmmword_ptr[target], Values[0]);
        vmovups(__zmmword_ptr[target + TileShape.Bytes], Rests[0]);
    }
}
