// Owns how the scales of a slab become factors in working memory: for each block two planes of 16 floats, what its sums
// are multiplied with, and, where there is one, the factor of its second half or its minimum. PanelScales says which.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.SlabRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal static class SlabFactors
{
    /// <summary>Bytes of the factors of a block.</summary>
    public const int BlockBytes = 128;

    /// <summary>A block's factors, while <see cref="FactorAt"/> is its place.</summary>
    public static AssemblerMemoryOperand Place(int plane, int part) =>
        __ymmword_ptr[FactorAt + (64 * plane + 32 * part)];

    /// <summary>Reads the scales of the slab's blocks, moves on to the next slab's, and stores the factors.</summary>
    public static void Write(KernelWriter k, PanelFormat format)
    {
        var scales = format.Scales;
        int planes = scales.HasHalves || scales.HasMinimums ? 2 : 1;
        k.Say("the slab's scales, as floats");
        if (scales.HasSuper)
        {
            for (int plane = 0; plane < planes; plane++)
            for (int part = 0; part < 2; part++)
                LoadHalves(k, Super[2 * plane + part], (scales.HasMinimums ? 32 * plane : 0) + 16 * part);
            k.add(Scales, scales.SuperBytes);
        }
        k.mov(FactorAt, Factors);
        k.xor(eax, eax);
        var next = k.Here("factors");
        k.prefetcht0(__byte_ptr[Scales + PanelKernel.ScalesAhead]);
        for (int plane = 0; plane < planes; plane++)
        for (int part = 0; part < 2; part++)
        {
            if (scales.HasSuper)
                LoadProduct(k, scales.AreSigned, plane, part);
            else
                LoadHalves(k, Scratch, 16 * part);
            k.vmovups(Place(plane, part), Scratch);
        }
        k.add(Scales, PanelScales.BlockBytes);
        k.add(FactorAt, BlockBytes);
        k.add(At, 4);
        k.cmp(At, End);
        k.jne(next);
    }

    private static void LoadHalves(KernelWriter k, AssemblerRegisterYMM target, int at) =>
        k.vcvtph2ps(target, __xmmword_ptr[Scales + at]);

    private static void LoadProduct(KernelWriter k, bool areSigned, int plane, int part)
    {
        var source = __qword_ptr[Scales + (16 * plane + 8 * part)];
        if (areSigned)
            k.vpmovsxbd(Scratch, source);
        else
            k.vpmovzxbd(Scratch, source);
        k.vcvtdq2ps(Scratch, Scratch);
        k.vmulps(Scratch, Super[2 * plane + part], Scratch);
    }
}
