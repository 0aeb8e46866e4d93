// Owns the generator of the kernel that widens a slab of weights in half precision for the products of many rows.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class HalfExpansion : KernelWriter
{
    /// <summary>How far ahead of what is widened a panel is read: by the end of a slab, into the next.</summary>
    public const int BytesAhead = 2048;

    private static readonly AssemblerRegister64 Halves = rax;
    private static readonly AssemblerRegister64 Floats = rcx;
    private static readonly AssemblerRegister64 Left = rdx;
    private static readonly AssemblerRegister64 Ahead = rsi;

    private HalfExpansion()
    {
        Name(Halves, "halves");
        Name(Floats, "floats");
        Name(Left, "left");
        Name(Ahead, "ahead");
    }

    public static string NameOf(JitTier tier) => $"F16-{tier.ToString().ToLowerInvariant()}-expand";

    public static GeneratedKernel Generate(JitTier tier) => new HalfExpansion().Write(tier);

    private GeneratedKernel Write(JitTier tier)
    {
        mov(Halves, Field<HalfExpandJob>(nameof(HalfExpandJob.Halves)));
        mov(Floats, Field<HalfExpandJob>(nameof(HalfExpandJob.Floats)));
        mov(Left, Field<HalfExpandJob>(nameof(HalfExpandJob.Depth)));
        mov(Ahead, Field<HalfExpandJob>(nameof(HalfExpandJob.Ahead)));
        var step = Here("step");
        prefetcht1(__byte_ptr[Halves + Ahead]);
        vcvtph2ps(ymm0, __xmmword_ptr[Halves]);
        vcvtph2ps(ymm1, __xmmword_ptr[Halves + 16]);
        vmovups(__ymmword_ptr[Floats], ymm0);
        vmovups(__ymmword_ptr[Floats + 32], ymm1);
        add(Halves, 32);
        add(Floats, 64);
        dec(Left);
        jne(step);
        Return();
        return Finish(NameOf(tier), "Halves that follow each other, 16 a step, widened to floats.");
    }
}
