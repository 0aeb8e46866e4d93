// Owns the scales of Q4_0 and Q8_0: 16 halves a block.
using static Tern.Kernels.Cpu.Jit.PanelRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class PlainScales : PanelScales
{
    public override int SuperBytes => 0;

    public override void LoadBlock(KernelWriter k) => LoadHalves(k, Scale, 0);
}
