// Owns what the two ways of multiplying quantized rows by a panel in 512 bits share: where the panel and the rows lie, what
// a block's integer sum is worth, and how results are stored. Both ways give the same bits.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.PanelRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal abstract class QuantizedProduct : PanelKernel
{
    /// <summary>The first row's record in the current slab.</summary>
    protected static readonly AssemblerRegister64 Rows = rsi;
    protected static readonly RowFields Fields = new(Rows, At);
    private static readonly AssemblerRegister64 Output = rdx;

    protected QuantizedProduct(PanelFormat format)
        : base(format)
    {
        Name(Rows, "rows");
        Name(Output, "output");
    }

    /// <summary>Fills the constants and the places within the panel and the rows.</summary>
    protected void Begin()
    {
        Format.Codes.Prepare(this);
        Say("the panel and the rows");
        mov(Scales, Field<PanelJob>(nameof(PanelJob.Scales)));
        mov(Codes, Field<PanelJob>(nameof(PanelJob.Codes)));
        mov(Rows, Field<PanelJob>(nameof(PanelJob.Rows)));
    }

    /// <summary>result += (scale · dx) · sum, less what the minimum is worth. The sum is a float by now.</summary>
    protected void AddSum(AssemblerRegisterZMM result, AssemblerRegisterZMM sum, int row, int half)
    {
        vmulps(Scratch, Format.Scales.ScaleOf(half), __dword_bcst[Fields.Scale(row)]);
        vfmadd231ps(result, Scratch, sum);
        if (Format.Scales.HasMinimums)
            vfnmadd231ps(result, Minimum, __dword_bcst[Fields.Product(row)]);
    }

    /// <summary>Moves the rows to the next slab.</summary>
    protected void NextSlab() => add(Rows, Field<PanelJob>(nameof(PanelJob.SlabStride)));

    /// <summary>Prepares <see cref="Store"/>.</summary>
    protected void BeginStore()
    {
        Say("store the outputs that exist");
        kmovw(k1, __word_ptr[Field<PanelJob>(nameof(PanelJob.OutputMask))]);
        mov(Output, Field<PanelJob>(nameof(PanelJob.Output)));
    }

    /// <summary>Stores a row's results and goes on to the next row's place.</summary>
    protected void Store(AssemblerRegisterZMM result)
    {
        vmovups(__zmmword_ptr[Output].k1, result);
        add(Output, Field<PanelJob>(nameof(PanelJob.OutputStride)));
    }
}
