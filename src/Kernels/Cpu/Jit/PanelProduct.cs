// Owns the generator of kernels for a few rows: 2 to 8 of quantized activations by one panel of 16 outputs, over all of the
// depth. Lane r of a register belongs to output r. For each block of 32 inputs the codes are unpacked once for all rows,
// every four inputs of a row are broadcast against them (vpdpbusd), and the integer sums join the float results in the
// one order the numerics prescribe, so a row's bits do not depend on how many rows share a call.
using Iced.Intel;
using Tern.Tensors;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.PanelRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class PanelProduct : QuantizedProduct
{
    /// <summary>One row is <see cref="RowProduct"/>'s.</summary>
    public const int FewestRows = 2;
    public const int MaxRows = 8;

    private static readonly AssemblerRegisterZMM[] Results = [zmm0, zmm1, zmm2, zmm3, zmm4, zmm5, zmm6, zmm7];
    private static readonly AssemblerRegisterZMM[] Sums = [zmm8, zmm9, zmm10, zmm11, zmm12, zmm13, zmm14, zmm15];

    private readonly int _rows;

    /// <summary>Sums of products a row: two where rows are few, so that a product need not wait for the one before.</summary>
    private readonly int _chains;

    private PanelProduct(PanelFormat format, int rows)
        : base(format)
    {
        _rows = rows;
        _chains = 2 * rows <= Sums.Length ? 2 : 1;
        for (int row = 0; row < rows; row++)
        {
            Name(Results[row], $"result{row}");
            for (int chain = 0; chain < _chains; chain++)
                Name(Sum(row, chain), _chains > 1 ? $"sum{row}_{chain}" : $"sum{row}");
        }
    }

    /// <param name="format">How the panel is packed.</param>
    /// <param name="rows">2 to 8.</param>
    public static GeneratedKernel Generate(PanelFormat format, int rows) => new PanelProduct(format, rows).Write();

    public static string NameOf(DType type, int rows) => $"{type}-{rows}";

    private GeneratedKernel Write()
    {
        Begin();
        if (Format.Codes.Offset > 0)
        {
            Say("what every code is too large by, negative, as factors of 16 bits: of both sums, or of one half's");
            Fill(Offset, Format.Codes.OffsetFactors(Format.Scales.HasHalves));
        }
        for (int row = 0; row < _rows; row++)
            Zero(Results[row]);
        Walk(Field<PanelJob>(nameof(PanelJob.Width)), AddBlock, advance: () => { }, NextSlab);
        BeginStore();
        for (int row = 0; row < _rows; row++)
            Store(Results[row]);
        Return();
        return Finish(
            NameOf(Format.Type, _rows),
            $"{_rows} rows of 8-bit activations by a panel of 16 {Format.Type} outputs."
        );
    }

    /// <summary>Adds a block to the results: as a whole, or by halves where each has its scale.</summary>
    private void AddBlock()
    {
        for (int half = 0; half < 2; half++)
        {
            Say(half == 0 ? "inputs 0 to 15" : "inputs 16 to 31");
            if (half == 0 || Format.Scales.HasHalves)
                StartSums(half);
            for (int group = 4 * half; group < 4 * half + 4; group++)
            {
                Format.Codes.Unpack(this, group);
                for (int row = 0; row < _rows; row++)
                    vpdpbusd(Sum(row, group % _chains), Unpacked, __dword_bcst[Fields.Codes(row, group)]);
            }
            if (half == 1 || Format.Scales.HasHalves)
                AddSums(half);
        }
    }

    private void StartSums(int half)
    {
        for (int row = 0; row < _rows; row++)
        {
            for (int chain = 0; chain < _chains; chain++)
                Zero(Sum(row, chain));
            if (Format.Codes.Offset > 0)
                vpdpwssd(Sum(row, 0), Offset, __dword_bcst[Fields.Sums(row, half)]);
        }
    }

    private void AddSums(int half)
    {
        Say("result += (scale · dx) · sum");
        for (int row = 0; row < _rows; row++)
        {
            if (_chains > 1)
                vpaddd(Sum(row, 0), Sum(row, 0), Sum(row, 1));
            vcvtdq2ps(Sum(row, 0), Sum(row, 0));
            AddSum(Results[row], Sum(row, 0), row, half);
        }
    }

    private AssemblerRegisterZMM Sum(int row, int chain) => Sums[row + chain * _rows];
}
