// Owns what the two ways of multiplying quantized rows by a panel share: where the parts of a row lie, what a block's
// integer sum is worth, and how results are stored. Both ways give the same bits.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.PanelRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal abstract class QuantizedProduct : PanelKernel
{
    /// <summary>The current block's scale within a row.</summary>
    protected static readonly AssemblerRegister64 ScaleAt = rcx;

    /// <summary>The current block's sums within a row.</summary>
    protected static readonly AssemblerRegister64 SumAt = rdx;

    protected QuantizedProduct(PanelFormat format)
        : base(format)
    {
        Name(ScaleAt, "scale_at");
        Name(SumAt, "sum_at");
    }

    /// <summary>Fills the constants and the places within the panel and a row.</summary>
    protected void Begin()
    {
        Format.Codes.Prepare(this);
        Say("the panel");
        mov(Scales, Field<PanelJob>(nameof(PanelJob.Scales)));
        mov(Codes, Field<PanelJob>(nameof(PanelJob.Codes)));
        Say("within a row: codes at 0, scales at width, sums at width + width / 8");
        mov(ScaleAt, Field<PanelJob>(nameof(PanelJob.Width)));
        mov(SumAt, ScaleAt);
        shr(SumAt, 3);
        add(SumAt, ScaleAt);
    }

    /// <summary>result += (scale · dx) · sum, less what the minimum is worth. The sum is a float by now.</summary>
    protected void AddSum(AssemblerRegisterZMM result, AssemblerRegisterZMM sum, AssemblerRegister64 row, int half)
    {
        var scale = row + ScaleAt;
        vmulps(Scratch, Format.Scales.ScaleOf(half), __dword_bcst[scale]);
        vfmadd231ps(result, Scratch, sum);
        Format.Scales.AddMinimum(this, result, scale, row + SumAt);
    }

    /// <summary>Moves the places within a row to the next block.</summary>
    protected void Advance()
    {
        add(ScaleAt, 4);
        add(SumAt, 8);
    }

    /// <summary>Prepares <see cref="Store"/>.</summary>
    protected void BeginStore()
    {
        Say("store the outputs that exist; done becomes their address");
        kmovw(k1, __word_ptr[Field<PanelJob>(nameof(PanelJob.OutputMask))]);
        mov(Done, Field<PanelJob>(nameof(PanelJob.Output)));
    }

    /// <summary>Stores a row's results and goes on to the next row's place.</summary>
    protected void Store(AssemblerRegisterZMM result)
    {
        vmovups(__zmmword_ptr[Done].k1, result);
        add(Done, Field<PanelJob>(nameof(PanelJob.OutputStride)));
    }
}
