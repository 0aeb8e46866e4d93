// Owns the scales of Q6_K: d of a super-block, then 16 signed bytes for each half of a block.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.PanelRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class GroupScales : PanelScales
{
    public override int SuperBytes => 32;

    public override bool HasHalves => true;

    public override bool AreSigned => true;

    public override void LoadSuper(KernelWriter k) => LoadHalves(k, SuperScale, 0);

    public override void LoadBlock(KernelWriter k)
    {
        LoadProduct(k, Scale, 0);
        LoadProduct(k, SecondScale, 16);
    }

    public override AssemblerRegisterZMM ScaleOf(int half) => half == 0 ? Scale : SecondScale;

    private static void LoadProduct(KernelWriter k, AssemblerRegisterZMM target, int at)
    {
        k.vpmovsxbd(target, __xmmword_ptr[Scales + at]);
        k.vcvtdq2ps(target, target);
        k.vmulps(target, SuperScale, target);
    }
}
