// Owns the scales of Q4_K and Q5_K: d and dmin of a super-block, then 16 bytes of scales and 16 of minimums a block.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.PanelRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class ScalesWithMinimums : PanelScales
{
    public override int SuperBytes => 64;

    public override void LoadSuper(KernelWriter k)
    {
        LoadHalves(k, SuperScale, 0);
        LoadHalves(k, SuperMinimum, 32);
    }

    public override void LoadBlock(KernelWriter k)
    {
        LoadProduct(k, Scale, SuperScale, 0);
        LoadProduct(k, Minimum, SuperMinimum, 16);
    }

    public override bool HasMinimums => true;

    public override void SubtractMinimum(KernelWriter k, AssemblerRegisterZMM value) => k.vsubps(value, value, Minimum);

    private static void LoadProduct(KernelWriter k, AssemblerRegisterZMM target, AssemblerRegisterZMM super, int at)
    {
        k.vpmovzxbd(target, __xmmword_ptr[Scales + at]);
        k.vcvtdq2ps(target, target);
        k.vmulps(target, super, target);
    }
}
