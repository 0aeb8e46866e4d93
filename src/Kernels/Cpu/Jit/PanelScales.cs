// Owns how the scales of a packed block are read, what a block's integer sums are worth (decode) and what a single code
// is worth (prefill). Three kinds: one scale a block, scales and minimums under a super-block's, scales of half blocks
// under a super-block's.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static Tern.Kernels.Cpu.Jit.PanelRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal abstract class PanelScales
{
    /// <summary>Bytes of a block's own scales, in every kind.</summary>
    public const int BlockBytes = 32;

    /// <summary>Bytes at the start of a super-block; 0 where there is none.</summary>
    public abstract int SuperBytes { get; }

    /// <summary>Whether each half of a block has a scale of its own.</summary>
    public virtual bool HasHalves => false;

    /// <summary>Whether a super-block of 256 inputs holds eight blocks.</summary>
    public bool HasSuper => SuperBytes > 0;

    /// <summary>Whether a block's own scales have a sign.</summary>
    public virtual bool AreSigned => false;

    /// <summary>Reads what the super-block's blocks share.</summary>
    public virtual void LoadSuper(KernelWriter k) { }

    /// <summary>Reads the scales of a block.</summary>
    public abstract void LoadBlock(KernelWriter k);

    /// <summary>The scales that multiply the sums and codes of a half.</summary>
    public virtual AssemblerRegisterZMM ScaleOf(int half) => Scale;

    /// <summary>Whether a block has minimums: what a row's codes are worth beside their products.</summary>
    public virtual bool HasMinimums => false;

    /// <summary>Subtracts the minimum from a value.</summary>
    public virtual void SubtractMinimum(KernelWriter k, AssemblerRegisterZMM value) { }

    protected static void LoadHalves(KernelWriter k, AssemblerRegisterZMM target, int at) =>
        k.vcvtph2ps(target, __ymmword_ptr[Scales + at]);
}
