// Owns the generator of the kernel that rounds a row of activations to bfloat16 and lays it into the tiles of its 16 rows.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class RowRounding : KernelWriter
{
    public const string KernelName = "bf16-rows";

    private static readonly AssemblerRegister64 Input = rsi;
    private static readonly AssemblerRegister64 Tiles = rdx;
    private static readonly AssemblerRegister64 Left = rcx;

    private RowRounding()
    {
        Name(Input, "input");
        Name(Tiles, "tiles");
        Name(Left, "left");
    }

    public static GeneratedKernel Generate() => new RowRounding().Write();

    private GeneratedKernel Write()
    {
        mov(Input, Field<RoundJob>(nameof(RoundJob.Input)));
        mov(Tiles, Field<RoundJob>(nameof(RoundJob.Tiles)));
        mov(Left, Field<RoundJob>(nameof(RoundJob.Width)));
        var step = Here("step");
        vmovups(zmm0, __zmmword_ptr[Input]);
        vmovups(zmm1, __zmmword_ptr[Input + 64]);
        vcvtne2ps2bf16(zmm0, zmm1, zmm0);
        vmovups(__zmmword_ptr[Tiles], zmm0);
        add(Input, TileShape.Depth * sizeof(float));
        add(Tiles, TileShape.Bytes);
        add(Left, -TileShape.Depth);
        jne(step);
        Return();
        return Finish(KernelName, "A row of float32 to its lines in bfloat16 tiles.");
    }
}
