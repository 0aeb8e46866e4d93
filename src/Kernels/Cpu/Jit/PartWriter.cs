// Owns what the generators of tiles share that hold floats in two parts of bfloat16: a float's upper half, cut off, and the
// upper half of what is left then. Halves have all their bits in the two, floats the first 15. Two values share a lane, as
// a product of tiles takes them.
using Iced.Intel;
using Tern.Tensors;
using static Iced.Intel.AssemblerRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal abstract class PartWriter : KernelWriter
{
    /// <summary>Parts of a value.</summary>
    public const int Parts = 2;

    private static readonly AssemblerRegisterZMM Mask = zmm31;
    private static readonly AssemblerRegisterZMM Upper = zmm30;

    /// <summary>Makes the constants, by way of rax. Registers 30 and 31 are taken from then on.</summary>
    protected void PrepareParts()
    {
        Name(Mask, "mask");
        Name(Upper, "upper");
        Fill(Mask, unchecked((int)0xffff0000));
    }

    /// <summary>16 values of F16 or F32 as floats.</summary>
    protected void Load(DType type, AssemblerRegisterZMM target, AssemblerMemoryOperand source)
    {
        if (type == DType.F16)
            vcvtph2ps(target, __ymmword_ptr[source]);
        else
            vmovups(target, __zmmword_ptr[source]);
    }

    /// <summary>Leaves what cutting off the upper halves leaves.</summary>
    protected void TakeRest(AssemblerRegisterZMM values)
    {
        vpandd(Upper, values, Mask);
        vsubps(values, values, Upper);
    }

    /// <summary>The first's lanes become the upper halves of both, the first's below.</summary>
    protected void PairUppers(AssemblerRegisterZMM first, AssemblerRegisterZMM second)
    {
        const byte FirstOrMaskedSecond = 0b_1111_1000;
        vpsrld(first, first, 16);
        vpternlogd(first, second, Mask, FirstOrMaskedSecond);
    }
}
