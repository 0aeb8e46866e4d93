// Owns the generator of the kernel that multiplies one row with weights in half precision: four panels are four streams
// from memory, widened in registers by the instruction that .NET does not offer, and eight running sums.
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Tern.Kernels.Cpu.Jit;

internal sealed class HalfRowProduct : KernelWriter
{
    /// <summary>Panels at a time.</summary>
    public const int Panels = 4;

    private const int StepBytes = 32;

    /// <summary>How far ahead of what is multiplied each stream is read.</summary>
    private const int BytesAhead = 512;

    private static readonly AssemblerRegister64 Input = r8;
    private static readonly AssemblerRegister64 Left = r9;
    private static readonly AssemblerRegister64 Stride = r10;
    private static readonly AssemblerRegister64[] At = [rax, rcx, rdx, rsi];
    private static readonly AssemblerRegisterYMM[] Sums = [ymm0, ymm1, ymm2, ymm3, ymm4, ymm5, ymm6, ymm7];
    private static readonly AssemblerRegisterYMM Value = ymm8;
    private static readonly AssemblerRegisterYMM[] Weights = [ymm9, ymm10, ymm11, ymm12];

    private HalfRowProduct()
    {
        Name(Input, "input");
        Name(Left, "left");
        Name(Stride, "panel_stride");
        Name(Value, "value");
        for (int panel = 0; panel < Panels; panel++)
        {
            Name(At[panel], $"panel{panel}");
            Name(Sums[2 * panel], $"sum{panel}_0");
            Name(Sums[2 * panel + 1], $"sum{panel}_1");
        }
    }

    public static string NameOf(JitTier tier) => $"F16-{tier.ToString().ToLowerInvariant()}-1";

    public static GeneratedKernel Generate(JitTier tier) => new HalfRowProduct().Write(tier);

    private GeneratedKernel Write(JitTier tier)
    {
        mov(Input, Field<HalfRowJob>(nameof(HalfRowJob.Input)));
        mov(Stride, Field<HalfRowJob>(nameof(HalfRowJob.PanelStride)));
        mov(At[0], Field<HalfRowJob>(nameof(HalfRowJob.Panels)));
        for (int panel = 1; panel < Panels; panel++)
            lea(At[panel], __[At[panel - 1] + Stride]);
        foreach (var sum in Sums)
            vpxor(sum, sum, sum);
        mov(Left, Field<HalfRowJob>(nameof(HalfRowJob.Depth)));
        shr(Left, 1);
        var last = CreateLabel("last");
        je(last);

        var pair = Here("pair");
        Say("two steps of the depth, a line of each panel");
        foreach (var at in At)
            prefetcht0(__byte_ptr[at + BytesAhead]);
        AddStep(0);
        AddStep(1);
        foreach (var at in At)
            add(at, 2 * StepBytes);
        add(Input, 2 * sizeof(float));
        dec(Left);
        jne(pair);

        Place(ref last);
        var done = CreateLabel("done");
        mov(Left, Field<HalfRowJob>(nameof(HalfRowJob.Depth)));
        shl(Left, 63);
        je(done);
        AddStep(0);
        Place(ref done);
        mov(r11, Field<HalfRowJob>(nameof(HalfRowJob.Output)));
        for (int i = 0; i < Sums.Length; i++)
            vmovups(__ymmword_ptr[r11 + 32 * i], Sums[i]);
        Return();
        return Finish(NameOf(tier), "One row of floats by four panels of 16 F16 outputs.");
    }

    private void AddStep(int step)
    {
        vbroadcastss(Value, __dword_ptr[Input + sizeof(float) * step]);
        for (int panel = 0; panel < Panels; panel++)
        for (int part = 0; part < 2; part++)
        {
            var weight = Weights[(2 * panel + part) % Weights.Length];
            vcvtph2ps(weight, __xmmword_ptr[At[panel] + (StepBytes * step + 16 * part)]);
            vfmadd231ps(Sums[2 * panel + part], Value, weight);
        }
    }
}
