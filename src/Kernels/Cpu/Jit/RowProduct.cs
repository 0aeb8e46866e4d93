// Owns the generator of the kernels of 256 bits for one row of quantized activations by one panel of 16 outputs or by several
// that follow each other. One row reads weights from memory, and a processor reads several places at once faster than it
// reads one: it looks ahead in each. So the panels pass by together, block by block; scales become factors on the way.
using Iced.Intel;
using Tern.Kernels.Cpu.Packed;
using Tern.Tensors;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.SlabRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class RowProduct : KernelWriter
{
    /// <summary>Panels that pass by together, where they do.</summary>
    public const int ManyPanels = 4;

    /// <summary>Bytes of working memory that a job needs.</summary>
    public const int ScratchBytes = ManyPanels * SuperBytes;

    /// <summary>Of a panel: what a super-block shares, as floats.</summary>
    private const int SuperBytes = 128;

    private static readonly RowFields s_fields = new(Rows, At);
    private static readonly AssemblerRegister64 Super = r8;
    private static readonly AssemblerRegister64 PanelStride = r9;
    private static readonly AssemblerRegister64 ThreePanels = r10;

    /// <summary>
    /// Bytes of each panel's codes that are asked for ahead of their use; hardware does not look far enough. They are asked into the
    /// second-level cache: the first has too few lines under way at a time to read memory at its speed.
    /// </summary>
    private const int CodesAhead = 4096;
    private const int ScalesAhead = CodesAhead / 8;

    private readonly PanelFormat _format;
    private readonly JitTier _tier;
    private readonly int _panels;
    private readonly SlabCodes _codes;
    private readonly SlabSums _sums;

    private RowProduct(PanelFormat format, JitTier tier, int panels)
    {
        _format = format;
        _tier = tier;
        _panels = panels;
        _codes = new SlabCodes(this, format.Codes, turnsSign: tier != JitTier.Avx2);
        _sums = new SlabSums(this, format, _codes, tier);
        SlabRegisters.Name(this);
        Name(Super, "super");
        Name(PanelStride, "panel_stride");
        Name(ThreePanels, "three_panels");
    }

    /// <summary>
    /// Whether a format's panels pass by together. Without dot products, codes with planes of upper bits take as long to unpack
    /// and multiply as one panel takes to read, and gain nothing.
    /// </summary>
    public static bool TakesMany(PanelFormat format, JitTier tier) =>
        tier != JitTier.Avx2 || format.Codes.Bits is 4 or 8;

    /// <param name="format">How the panels are packed.</param>
    /// <param name="tier">Any up to <see cref="JitTier.Vnni"/>: memory is what counts, so 256 bits are wide enough there too.</param>
    /// <param name="panels">1 or <see cref="ManyPanels"/>.</param>
    public static GeneratedKernel Generate(PanelFormat format, JitTier tier, int panels) =>
        new RowProduct(format, tier, panels).Write();

    public static string NameOf(DType type, JitTier tier, int panels) =>
        $"{type}-{tier.ToString().ToLowerInvariant()}-1{(panels > 1 ? $"x{panels}" : "")}";

    private GeneratedKernel Write()
    {
        Save(Results);
        Save(CodeAt);
        mov(Scales, Field<PanelJob>(nameof(PanelJob.Scales)));
        mov(CodeAt, Field<PanelJob>(nameof(PanelJob.Codes)));
        mov(Rows, Field<PanelJob>(nameof(PanelJob.Rows)));
        mov(Left, Field<PanelJob>(nameof(PanelJob.Width)));
        mov(Super, Field<PanelJob>(nameof(PanelJob.Scratch)));
        mov(Results, Field<PanelJob>(nameof(PanelJob.Output)));
        if (_panels > 1)
        {
            mov(PanelStride, Field<PanelJob>(nameof(PanelJob.PanelStride)));
            lea(ThreePanels, __[PanelStride + PanelStride * 2]);
        }
        _sums.Prepare();
        _codes.Prepare();
        vpxor(Scratch, Scratch, Scratch);
        for (int panel = 0; panel < _panels; panel++)
        for (int part = 0; part < 2; part++)
            vmovups(Result(panel, part), Scratch);

        var end = CreateLabel("end");
        var slab = Here("slab");
        if (_format.Scales.HasSuper)
            KeepSuper();
        xor(eax, eax);
        var block = Here("block");
        for (int panel = 0; panel < _panels; panel++)
            AddBlock(panel);
        Say("next block");
        add(Scales, PanelScales.BlockBytes);
        add(CodeAt, _format.Codes.BlockBytes);
        add(Left, -PackedLayout.Block);
        je(end);
        add(At, 4);
        cmp(At, RowFields.SlabEnd);
        jne(block);
        add(Rows, Field<PanelJob>(nameof(PanelJob.SlabStride)));
        jmp(slab);
        Place(ref end);
        Return();
        string panels = _panels == 1 ? "a panel" : $"{_panels} panels";
        return Finish(
            NameOf(_format.Type, _tier, _panels),
            $"One row of 8-bit activations by {panels} of 16 {_format.Type} outputs, in 256 bits."
        );
    }

    /// <summary>Reads what the super-block's blocks share.</summary>
    private void KeepSuper()
    {
        Say("what the super-block's blocks share, as floats");
        for (int panel = 0; panel < _panels; panel++)
        for (int at = 0; at < _format.Scales.SuperBytes; at += 16)
        {
            vcvtph2ps(Scratch, __xmmword_ptr[Of(panel, Scales, at)]);
            vmovups(__ymmword_ptr[Super + (SuperBytes * panel + 2 * at)], Scratch);
        }
        add(Scales, _format.Scales.SuperBytes);
    }

    private void AddBlock(int panel)
    {
        if (_panels > 1)
            Say($"panel {panel}");
        for (int line = 0; line < _format.Codes.BlockBytes; line += 64)
            prefetcht1(__byte_ptr[Of(panel, CodeAt, CodesAhead + line)]);
        prefetcht1(__byte_ptr[Of(panel, Scales, ScalesAhead)]);
        _codes.Place = at => Of(panel, CodeAt, at);
        _sums.AddBlock(rows: 1, readsUnpacked: false, (_, half) => AddToResult(panel, half));
    }

    /// <summary>result += (factor · dx) · sum, less what the minimum is worth.</summary>
    private void AddToResult(int panel, int half)
    {
        vbroadcastss(Row, __dword_ptr[s_fields.Scale(0)]);
        for (int part = 0; part < 2; part++)
        {
            LoadFactor(panel, plane: half, part);
            vmulps(Scratch, Row, Scratch);
            vfmadd213ps(SlabSums.Sum(0, part), Scratch, Result(panel, part));
        }
        if (_format.Scales.HasMinimums)
        {
            vbroadcastss(Row, __dword_ptr[s_fields.Product(0)]);
            for (int part = 0; part < 2; part++)
            {
                LoadFactor(panel, plane: 1, part);
                vfnmadd231ps(SlabSums.Sum(0, part), Row, Scratch);
            }
        }
        for (int part = 0; part < 2; part++)
            vmovups(Result(panel, part), SlabSums.Sum(0, part));
    }

    /// <summary>What a block's sums, or with plane 1 its minimum, are multiplied with.</summary>
    private void LoadFactor(int panel, int plane, int part)
    {
        if (!_format.Scales.HasSuper)
        {
            vcvtph2ps(Scratch, __xmmword_ptr[Of(panel, Scales, 16 * part)]);
            return;
        }
        var source = __qword_ptr[Of(panel, Scales, 16 * plane + 8 * part)];
        if (_format.Scales.AreSigned)
            vpmovsxbd(Scratch, source);
        else
            vpmovzxbd(Scratch, source);
        vcvtdq2ps(Scratch, Scratch);
        int superPlane = _format.Scales.HasMinimums ? plane : 0;
        vmulps(Scratch, Scratch, __ymmword_ptr[Super + (SuperBytes * panel + 64 * superPlane + 32 * part)]);
    }

    private static AssemblerMemoryOperand Result(int panel, int part) =>
        __ymmword_ptr[Results + (64 * panel + 32 * part)];

    /// <summary>A place in a panel, while the register is at that of the first.</summary>
    private static AssemblerMemoryOperand Of(int panel, AssemblerRegister64 first, int at) =>
        OfFour(panel, first, PanelStride, ThreePanels) + at;
}
