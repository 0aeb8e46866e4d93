// Owns the generator of a loop that does nothing but tile products: two row tiles by two panels, so that four results are
// under way at once and hide each other's latency.
using Iced.Intel;
using Tern.Kernels.Cpu.Jit;
using static Iced.Intel.AssemblerRegisters;

namespace Tern.Kernels.Limits;

/// <summary>Multiplies tiles of zeros; a clock that is limited by power may run faster on them than on real values.</summary>
internal sealed class TileLoop : KernelWriter
{
    private const int Results = 4;

    // As TileShape.ForBFloat16 describes them.
    private static readonly AssemblerRegisterTMM[] s_results = [tmm0, tmm1, tmm2, tmm3];
    private static readonly AssemblerRegisterTMM[] s_rows = [tmm4, tmm5];
    private static readonly AssemblerRegisterTMM[] s_panels = [tmm6, tmm7];

    /// <summary>Operations of a repeat: each result has 16 x 16 values, its operands 64 bytes a line.</summary>
    /// <param name="isBytes">Whether the operands are bytes; else bfloat16.</param>
    public static double Operations(bool isBytes) => 2.0 * Results * 16 * 16 * (isBytes ? 64 : 32);

    /// <summary>The kernel of a <see cref="TileLoopJob"/>.</summary>
    /// <param name="isBytes">Whether the operands are bytes; else bfloat16.</param>
    public static GeneratedKernel Generate(bool isBytes)
    {
        var k = new TileLoop();
        k.ldtilecfg(__[Job]);
        k.mov(rcx, Field<TileLoopJob>(nameof(TileLoopJob.Repeats)));
        var repeat = k.Here("repeat");
        for (int i = 0; i < Results; i++)
        {
            var (result, rows, panel) = (s_results[i], s_rows[i / 2], s_panels[i % 2]);
            if (isBytes)
                k.tdpbssd(result, rows, panel);
            else
                k.tdpbf16ps(result, rows, panel);
        }
        k.dec(rcx);
        k.jne(repeat);
        k.tilerelease();
        k.Return();
        return k.Finish(isBytes ? "tiles-int8" : "tiles-bf16", "Tile products and nothing else.");
    }
}
