// Owns what a block adds to the results of a few rows, in registers of 256 bits: exact sums of products, as floats, times
// the block's factors and the rows' scales.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.SlabRegisters;

namespace Tern.Kernels.Cpu.Jit;

/// <param name="k">Where to write.</param>
/// <param name="format">The panel's.</param>
/// <param name="codes">How codes are read where they are packed.</param>
/// <param name="tier">Above <see cref="JitTier.Avx2"/>, one instruction multiplies and sums in 32 bits.</param>
internal sealed class SlabSums(KernelWriter k, PanelFormat format, SlabCodes codes, JitTier tier)
{
    private static readonly RowFields Fields = new(Rows, At);
    private readonly bool _hasDotProducts = tier != JitTier.Avx2;

    /// <summary>Groups of a sum: those of a block, or of a half that has its own scale.</summary>
    private readonly int _groups = format.Scales.HasHalves ? 4 : 8;

    /// <summary>Groups that are summed before the sum is widened to 32 bits, if it ever is.</summary>
    private readonly int _run = tier != JitTier.Avx2 ? 8 : format.Codes.GroupsInInt16;

    /// <summary>Whether codes keep their sign, which products of bytes then take from the row.</summary>
    private readonly bool _areSigned = tier == JitTier.Avx2 && format.Codes.Bits == 8;

    /// <summary>Rows at a time: four, or two where sums of 16 and of 32 bits take a register each.</summary>
    public int MostRows => IsOneRun || _run == 1 ? 4 : 2;

    private bool IsOneRun => _run >= _groups;

    private bool HasOffset => format.Codes.Offset > 0 && !_areSigned;

    /// <summary>Fills the constants.</summary>
    public void Prepare()
    {
        for (int part = 0; part < 2; part++)
        {
            if (_areSigned)
                k.Name(Magnitude[part], $"magnitude{part}");
            for (int row = 0; row < MostRows && (IsOneRun || _run == 1); row++)
                k.Name(Sum(row, part), $"sum{row}_{part}");
        }
        if (!_hasDotProducts)
            k.Fill(Ones, 0x00010001);
        if (HasOffset)
            k.Fill(Offset, format.Codes.OffsetFactors(format.Scales.HasHalves));
    }

    /// <summary>The block at <see cref="CodeAt"/> by rows; unpacked codes are a byte each; <paramref name="join"/> adds a row's sums, by halves.</summary>
    public void AddBlock(int rows, bool readsUnpacked, Action<int, int> join)
    {
        for (int half = 0; half < 8 / _groups; half++)
        {
            int first = half * _groups;
            // Pairs take two registers, which several rows need for themselves.
            bool inPairs = rows == 1 && codes.ArePacked && !readsUnpacked && !format.Scales.HasHalves;
            k.Say($"inputs {4 * first} to {4 * (first + _groups) - 1}");
            for (int step = 0; step < _groups; step++)
            {
                int group = inPairs ? step % 2 * 4 + step / 2 : first + step;
                Load(group, readsUnpacked, inPairs);
                for (int row = 0; row < rows; row++)
                {
                    k.vbroadcastss(Row, __dword_ptr[Fields.Codes(row, group)]);
                    for (int part = 0; part < 2; part++)
                        AddProducts(Sum(row, part), Narrow(row, rows, part), part, step);
                    // Row by row, so that it happens between the products of the next.
                    if (step + 1 == _groups)
                    {
                        Finish(row, half);
                        join(row, half);
                    }
                }
            }
        }
    }

    private void Load(int group, bool readsUnpacked, bool inPairs)
    {
        for (int part = 0; part < 2; part++)
        {
            if (readsUnpacked)
                k.vmovdqu(Four[part], __ymmword_ptr[CodeAt + (64 * group + 32 * part)]);
            else
                codes.Unpack(group, part, inPairs);
            if (_areSigned)
                k.vpabsb(Magnitude[part], Four[part]);
        }
    }

    /// <summary>Adds the products of a group to the sum, in step of those that make it up.</summary>
    private void AddProducts(AssemblerRegisterYMM sum, AssemblerRegisterYMM narrow, int part, int step)
    {
        if (_hasDotProducts)
        {
            if (step == 0)
                k.vpxor(sum, sum, sum);
            DotProduct(sum, part);
            return;
        }
        bool startsRun = step % _run == 0;
        var product = startsRun ? narrow : Scratch;
        if (_areSigned)
        {
            k.vpsignb(Scratch, Row, Four[part]);
            k.vpmaddubsw(product, Magnitude[part], Scratch);
        }
        else
            k.vpmaddubsw(product, Four[part], Row);
        if (!startsRun)
            k.vpaddw(narrow, narrow, product);
        bool endsRun = (step + 1) % Math.Min(_run, _groups) == 0;
        if (endsRun)
            Widen(sum, narrow, isFirst: step < _run);
    }

    /// <summary>Processors with AVX512-VNNI need not know the shorter encoding of AVX-VNNI.</summary>
    private void DotProduct(AssemblerRegisterYMM sum, int part)
    {
        if (tier == JitTier.AvxVnni)
            k.vpdpbusd(sum, Four[part], Row);
        else
            k.evex.vpdpbusd(sum, Four[part], Row);
    }

    /// <summary>A sum of 16 bits becomes one of 32 bits, or joins it.</summary>
    private void Widen(AssemblerRegisterYMM sum, AssemblerRegisterYMM narrow, bool isFirst)
    {
        k.vpmaddwd(isFirst ? sum : narrow, narrow, Ones);
        if (!isFirst)
            k.vpaddd(sum, sum, narrow);
    }

    /// <summary>The sums lose what codes are too large by and become floats.</summary>
    private void Finish(int row, int half)
    {
        if (HasOffset)
        {
            k.vbroadcastss(Row, __dword_ptr[Fields.Sums(row, half)]);
            k.vpmaddwd(Row, Row, Offset);
            for (int part = 0; part < 2; part++)
                k.vpaddd(Sum(row, part), Sum(row, part), Row);
        }
        for (int part = 0; part < 2; part++)
            k.vcvtdq2ps(Sum(row, part), Sum(row, part));
    }

    public static AssemblerRegisterYMM Sum(int row, int part) => Sums[2 * row + part];

    /// <summary>Where a sum of 16 bits is held: as the sum itself, on its way, or beside it.</summary>
    private AssemblerRegisterYMM Narrow(int row, int rows, int part) =>
        IsOneRun ? Sum(row, part)
        : _run == 1 ? Scratch
        : Sums[2 * (rows + row) + part];
}
