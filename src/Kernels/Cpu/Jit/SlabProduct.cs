// Owns the generator of the kernels of 256 bits: any number of rows of quantized activations by one panel of 16 outputs, in
// slabs of up to 256 inputs. A slab's scales become factors in working memory; then the codes
// are unpacked into working memory and all rows pass by, four or two at a time; no more rows than that unpack for themselves.
// Meanwhile later slabs' codes are asked for, line by line, as memory has to be read while the rows multiply. Products
// of bytes are summed in 32 bits by one instruction (AVX-VNNI), or in 16 bits for as many groups of four inputs as fit
// (AVX2). The results stay in memory: adding a block to them takes less time than multiplying the next.
using Iced.Intel;
using Tern.Kernels.Cpu.Packed;
using Tern.Tensors;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.SlabRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class SlabProduct : KernelWriter
{
    private const int UnpackedBytes = 512;

    /// <summary>How much farther than to the next slab memory is read.</summary>
    private const int BytesAhead = 2048;
    private const int FactorBytes = RowSlab.Blocks * SlabFactors.BlockBytes;

    /// <summary>Bytes of working memory that a job needs.</summary>
    public const int ScratchBytes = FactorBytes + RowSlab.Blocks * UnpackedBytes;

    private static readonly RowFields s_fields = new(Rows, At);
    private readonly PanelFormat _format;
    private readonly JitTier _tier;
    private readonly SlabCodes _codes;
    private readonly SlabSums _sums;

    private SlabProduct(PanelFormat format, JitTier tier)
    {
        _format = format;
        _tier = tier;
        _codes = new SlabCodes(this, format.Codes, turnsSign: tier == JitTier.AvxVnni);
        _sums = new SlabSums(this, format, _codes, tier);
        SlabRegisters.Name(this);
    }

    /// <param name="format">How the panel is packed.</param>
    /// <param name="tier"><see cref="JitTier.Avx2"/> or <see cref="JitTier.AvxVnni"/>.</param>
    public static GeneratedKernel Generate(PanelFormat format, JitTier tier) => new SlabProduct(format, tier).Write();

    public static string NameOf(DType type, JitTier tier) => $"{type}-{tier.ToString().ToLowerInvariant()}";

    private GeneratedKernel Write()
    {
        foreach (var register in (AssemblerRegister64[])[Results, CodeAt, FactorAt, Factors, Ahead])
            Save(register);
        mov(Scales, Field<PanelJob>(nameof(PanelJob.Scales)));
        mov(Codes, Field<PanelJob>(nameof(PanelJob.Codes)));
        mov(SlabRows, Field<PanelJob>(nameof(PanelJob.Rows)));
        mov(Left, Field<PanelJob>(nameof(PanelJob.Width)));
        mov(Factors, Field<PanelJob>(nameof(PanelJob.Scratch)));
        _sums.Prepare();
        ClearResults();

        var slab = Here("slab");
        MeasureSlab(End, Left);
        SlabFactors.Write(this, _format);
        _codes.Prepare();
        if (_codes.ArePacked)
        {
            var areFew = CreateLabel("are_few");
            var isDone = CreateLabel("is_done");
            cmp(Field<PanelJob>(nameof(PanelJob.RowCount)), _sums.MostRows);
            jbe(areFew);
            UnpackSlab();
            AddRows(readsUnpacked: true);
            jmp(isDone);
            Place(ref areFew);
            AddRows(readsUnpacked: false);
            Place(ref isDone);
        }
        else
            AddRows(readsUnpacked: false);

        add(SlabRows, Field<PanelJob>(nameof(PanelJob.SlabStride)));
        shl(End, 3);
        sub(Left, End);
        jne(slab);
        Return();
        return Finish(
            NameOf(_format.Type, _tier),
            $"Rows of 8-bit activations by a panel of 16 {_format.Type} outputs, in 256 bits."
        );
    }

    private void ClearResults()
    {
        mov(Results, Field<PanelJob>(nameof(PanelJob.Output)));
        mov(RowsLeft, Field<PanelJob>(nameof(PanelJob.RowCount)));
        vpxor(Scratch, Scratch, Scratch);
        var clear = Here("clear");
        vmovups(__ymmword_ptr[Results], Scratch);
        vmovups(__ymmword_ptr[Results + 32], Scratch);
        add(Results, 64);
        dec(RowsLeft);
        jne(clear);
    }

    private void UnpackSlab()
    {
        Say("the slab's codes, a byte each; codes become the next slab's");
        mov(CodeAt, Codes);
        lea(FactorAt, __[Factors + FactorBytes]);
        EachBlock(
            "unpack",
            _format.Codes.BlockBytes,
            UnpackedBytes,
            () =>
            {
                for (int group = 0; group < 8; group++)
                for (int part = 0; part < 2; part++)
                {
                    _codes.Unpack(group, part, inPairs: false);
                    vmovdqu(__ymmword_ptr[FactorAt + (64 * group + 32 * part)], Four[part]);
                }
            }
        );
        mov(Codes, CodeAt);
    }

    /// <summary>All rows by the slab, as many at a time as there are registers for, then those that are left.</summary>
    private void AddRows(bool readsUnpacked)
    {
        string suffix = readsUnpacked ? "" : "_packed";
        mov(Rows, SlabRows);
        mov(Results, Field<PanelJob>(nameof(PanelJob.Output)));
        mov(RowsLeft, Field<PanelJob>(nameof(PanelJob.RowCount)));
        for (int rows = _sums.MostRows; rows > 0; rows /= 2)
        {
            var rest = CreateLabel($"fewer_than_{rows}{suffix}");
            cmp(RowsLeft, rows);
            jb(rest);
            var again = Here($"rows_{rows}{suffix}");
            if (readsUnpacked)
                lea(CodeAt, __[Factors + FactorBytes]);
            else
                mov(CodeAt, Codes);
            mov(FactorAt, Factors);
            FindAhead($"is_not_last_{rows}{suffix}", readsUnpacked);
            EachBlock(
                $"block_{rows}{suffix}",
                readsUnpacked ? UnpackedBytes : _format.Codes.BlockBytes,
                SlabFactors.BlockBytes,
                () =>
                {
                    for (int line = 0; line < _format.Codes.BlockBytes; line += 64)
                        prefetcht1(__byte_ptr[Ahead + (BytesAhead + line)]);
                    add(Ahead, _format.Codes.BlockBytes);
                    _sums.AddBlock(rows, readsUnpacked, AddToResult);
                }
            );
            add(Rows, rows * RowFields.RowBytes);
            add(Results, 64 * rows);
            sub(RowsLeft, rows);
            cmp(RowsLeft, rows);
            jae(again);
            Place(ref rest);
        }
        if (!readsUnpacked)
            mov(Codes, CodeAt);
    }

    /// <summary>What is asked for: the next slab's codes follow, or come after the next panel's scales.</summary>
    private void FindAhead(string name, bool isPast)
    {
        var isNotLast = CreateLabel(name);
        if (isPast)
            mov(Ahead, Codes);
        else
            lea(Ahead, __[Codes + RowSlab.Blocks * _format.Codes.BlockBytes]);
        cmp(Left, RowSlab.Blocks * PackedLayout.Block + 1);
        jae(isNotLast);
        add(Ahead, Field<PanelJob>(nameof(PanelJob.Codes)));
        sub(Ahead, Field<PanelJob>(nameof(PanelJob.Scales)));
        Place(ref isNotLast);
    }

    /// <summary>result += (factor · dx) · sum, less what the minimum is worth.</summary>
    private void AddToResult(int row, int half)
    {
        vbroadcastss(Row, __dword_ptr[s_fields.Scale(row)]);
        for (int part = 0; part < 2; part++)
        {
            vmulps(Scratch, Row, SlabFactors.Place(plane: half, part));
            vfmadd213ps(SlabSums.Sum(row, part), Scratch, Result(row, part));
        }
        if (_format.Scales.HasMinimums)
        {
            vbroadcastss(Row, __dword_ptr[s_fields.Product(row)]);
            for (int part = 0; part < 2; part++)
                vfnmadd231ps(SlabSums.Sum(row, part), Row, SlabFactors.Place(plane: 1, part));
        }
        for (int part = 0; part < 2; part++)
            vmovups(Result(row, part), SlabSums.Sum(row, part));
    }

    private static AssemblerMemoryOperand Result(int row, int part) => __ymmword_ptr[Results + (64 * row + 32 * part)];

    /// <summary>Emits a loop over the slab's blocks, in which two pointers advance.</summary>
    private void EachBlock(string name, int codeStep, int factorStep, Action block)
    {
        xor(eax, eax);
        var next = Here(name);
        block();
        add(CodeAt, codeStep);
        add(FactorAt, factorStep);
        add(At, 4);
        cmp(At, End);
        jne(next);
    }
}
