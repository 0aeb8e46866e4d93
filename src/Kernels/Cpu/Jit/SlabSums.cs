// Owns what a block adds to the results of a few rows, in registers of 256 bits: exact sums of products, as floats, times
// the block's factors and the rows' scales.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.SlabRegisters;

namespace Tern.Kernels.Cpu.Jit;

/// <param name="k">Where to write.</param>
/// <param name="format">The panel's.</param>
/// <param name="codes">How codes are read where they are packed.</param>
/// <param name="hasDotProducts">Whether one instruction multiplies and sums in 32 bits.</param>
internal sealed class SlabSums(KernelWriter k, PanelFormat format, SlabCodes codes, bool hasDotProducts)
{
    private static readonly RowFields Fields = new(Rows, At);

    /// <summary>Groups of a sum: those of a block, or of a half that has its own scale.</summary>
    private readonly int _groups = format.Scales.HasHalves ? 4 : 8;

    /// <summary>Groups that are summed before the sum is widened to 32 bits, if it ever is.</summary>
    private readonly int _run = hasDotProducts ? 8 : format.Codes.GroupsInInt16;

    /// <summary>Whether codes keep their sign, which products of bytes then take from the row.</summary>
    private readonly bool _areSigned = !hasDotProducts && format.Codes.Bits == 8;

    /// <summary>Rows at a time: four, or two where sums of 16 and of 32 bits take a register each.</summary>
    public int MostRows => IsOneRun ? 4 : 2;

    private bool IsOneRun => _run >= _groups;

    private bool HasOffset => format.Codes.Offset > 0 && !_areSigned;

    /// <summary>Fills the constants.</summary>
    public void Prepare()
    {
        if (!hasDotProducts)
            k.Fill(Ones, 0x00010001);
        if (HasOffset)
            k.Fill(Offset, format.Codes.OffsetFactors(format.Scales.HasHalves));
    }

    /// <summary>The block at <see cref="CodeAt"/> by rows; unpacked codes are a byte each.</summary>
    public void AddBlock(int rows, bool readsUnpacked)
    {
        for (int half = 0; half < 8 / _groups; half++)
        {
            int first = half * _groups;
            k.Say($"inputs {4 * first} to {4 * (first + _groups) - 1}");
            for (int group = first; group < first + _groups; group++)
            {
                Load(group, readsUnpacked);
                for (int row = 0; row < rows; row++)
                    AddProducts(row, rows, group, isFirst: (group - first) % _run == 0);
                if (!hasDotProducts && (group + 1 - first) % Math.Min(_run, _groups) == 0)
                    Widen(rows, isFirst: group + 1 - first <= _run);
            }
            k.Say("result += (factor · dx) · sum");
            for (int row = 0; row < rows; row++)
                AddToResult(row, half);
        }
    }

    private void Load(int group, bool readsUnpacked)
    {
        for (int part = 0; part < 2; part++)
        {
            if (readsUnpacked)
                k.vmovdqu(Four[part], __ymmword_ptr[CodeAt + (64 * group + 32 * part)]);
            else
                codes.Unpack(group, part);
            if (_areSigned)
                k.vpabsb(Magnitude[part], Four[part]);
        }
    }

    private void AddProducts(int row, int rows, int group, bool isFirst)
    {
        k.vpbroadcastd(Row, __dword_ptr[Fields.Codes(row, group)]);
        for (int part = 0; part < 2; part++)
        {
            var sum = Narrow(row, rows, part);
            if (hasDotProducts)
            {
                if (isFirst)
                    k.vpxor(sum, sum, sum);
                k.vpdpbusd(sum, Four[part], Row);
                continue;
            }
            var product = isFirst ? sum : Scratch;
            if (_areSigned)
            {
                k.vpsignb(Scratch, Row, Four[part]);
                k.vpmaddubsw(product, Magnitude[part], Scratch);
            }
            else
                k.vpmaddubsw(product, Four[part], Row);
            if (!isFirst)
                k.vpaddw(sum, sum, product);
        }
    }

    /// <summary>Sums of 16 bits become sums of 32 bits, or join them.</summary>
    private void Widen(int rows, bool isFirst)
    {
        for (int row = 0; row < rows; row++)
        for (int part = 0; part < 2; part++)
        {
            var narrow = Narrow(row, rows, part);
            var sum = Sum(row, part);
            k.vpmaddwd(isFirst ? sum : narrow, narrow, Ones);
            if (!isFirst)
                k.vpaddd(sum, sum, narrow);
        }
    }

    private void AddToResult(int row, int half)
    {
        if (HasOffset)
        {
            k.vpbroadcastd(Row, __dword_ptr[Fields.Sums(row, half)]);
            k.vpmaddwd(Row, Row, Offset);
            for (int part = 0; part < 2; part++)
                k.vpaddd(Sum(row, part), Sum(row, part), Row);
        }
        k.vbroadcastss(Row, __dword_ptr[Fields.Scale(row)]);
        if (format.Scales.HasMinimums)
            k.vbroadcastss(Scratch, __dword_ptr[Fields.Product(row)]);
        for (int part = 0; part < 2; part++)
        {
            var sum = Sum(row, part);
            // The codes are of no use any more, and give their registers to the results.
            var result = Four[part];
            var place = __ymmword_ptr[Results + (64 * row + 32 * part)];
            k.vcvtdq2ps(sum, sum);
            k.vmulps(result, Row, SlabFactors.Place(plane: half, part));
            k.vfmadd213ps(result, sum, place);
            if (format.Scales.HasMinimums)
                k.vfnmadd231ps(result, Scratch, SlabFactors.Place(plane: 1, part));
            k.vmovups(place, result);
        }
    }

    private static AssemblerRegisterYMM Sum(int row, int part) => Sums[2 * row + part];

    private AssemblerRegisterYMM Narrow(int row, int rows, int part) =>
        IsOneRun ? Sum(row, part) : Sums[2 * (rows + row) + part];
}
