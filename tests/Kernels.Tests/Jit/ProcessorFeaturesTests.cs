// What decides whether generated code runs: the processor, the operating system, and TERN_JIT.
using System.Runtime.InteropServices;
using Tern.Kernels.Cpu.Jit;
using Tern.Tensors;

namespace Tern.Kernels.Tests.Jit;

public unsafe class ProcessorFeaturesTests
{
    private static readonly ProcessorFeatures s_avx2 = new() { Avx2 = true };

    private static readonly ProcessorFeatures s_avxVnni = s_avx2 with { AvxVnni = true };

    private static readonly ProcessorFeatures s_vnni = s_avx2 with
    {
        Avx512 = true,
        Avx512Vnni = true,
        SavesAvx512 = true,
    };

    private static readonly ProcessorFeatures s_amx = s_vnni with
    {
        Avx512Bf16 = true,
        AmxTile = true,
        AmxInt8 = true,
        AmxBf16 = true,
        PermitsTiles = true,
    };

    [Fact]
    public void Without_a_setting_the_best_tier_is_taken()
    {
        Assert.Equal(JitTier.Off, JitTiers.Choose(null, new ProcessorFeatures()));
        Assert.Equal(JitTier.Avx2, JitTiers.Choose("", s_avx2));
        Assert.Equal(JitTier.AvxVnni, JitTiers.Choose(null, s_avxVnni));
        Assert.Equal(JitTier.Vnni, JitTiers.Choose(null, s_vnni));
        Assert.Equal(JitTier.Amx, JitTiers.Choose(null, s_amx));
        Assert.Equal(JitTier.Vnni, JitTiers.Choose(null, s_amx with { PermitsTiles = false }));
        Assert.Equal(JitTier.Avx2, JitTiers.Choose(null, s_amx with { SavesAvx512 = false }));
    }

    [Fact]
    public void A_choice_of_vectors_bounds_the_tier_that_is_taken()
    {
        Assert.Equal(JitTier.Off, JitTiers.Choose(null, s_amx, SimdTier.V128));
        Assert.Equal(JitTier.Avx2, JitTiers.Choose(null, s_amx, SimdTier.V256));
        Assert.Equal(JitTier.Amx, JitTiers.Choose("amx", s_amx, SimdTier.V128));
    }

    [Fact]
    public void A_setting_forces_a_tier_below_the_best()
    {
        Assert.Equal(JitTier.Off, JitTiers.Choose("off", s_amx));
        Assert.Equal(JitTier.Vnni, JitTiers.Choose("vnni", s_amx));
        Assert.Equal(JitTier.Amx, JitTiers.Choose("AMX", s_amx));
    }

    [Fact]
    public void A_tier_that_the_machine_lacks_is_an_error_that_says_why()
    {
        Refused(s_vnni, "amx", "no AMX");
        Refused(s_vnni, "avxvnni", "no AVX-VNNI");
        Refused(new ProcessorFeatures(), "avx2", "no AVX2");
        Refused(s_avx2 with { Refusal = new("executable memory: mmap says 'no'", 1) }, "avx2", "mmap");
        Refused(s_avx2, "vnni", "no AVX512-VNNI");
        Refused(s_vnni with { SavesAvx512 = false }, "vnni", "does not save");
        Refused(s_amx with { PermitsTiles = false }, "amx", "does not permit tiles");
        Refused(s_vnni with { Refusal = new("executable memory: mprotect says 'no'", 13) }, "vnni", "mprotect");

        static void Refused(ProcessorFeatures features, string setting, string reason)
        {
            var error = Assert.Throws<PlatformNotSupportedException>(() => JitTiers.Choose(setting, features));
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("avx")]
    [InlineData("1")]
    public void A_setting_that_names_no_tier_is_an_error_that_lists_them(string setting)
    {
        var error = Assert.Throws<ArgumentException>(() => JitTiers.Choose(setting, s_amx));
        Assert.Contains("off, avx2, avxvnni, vnni, amx", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Kernels_of_a_tier_that_the_machine_lacks_are_not_created()
    {
        Assert.Throws<ArgumentException>(() => JitKernels.Create(s_vnni, JitTier.Off));
        Assert.Throws<PlatformNotSupportedException>(() => JitKernels.Create(s_vnni, JitTier.Amx));
    }

    [Fact]
    public void Kernels_are_found_by_what_they_multiply()
    {
        if (!CanExecute)
            return;
        using var kernels = JitKernels.Create(s_amx, JitTier.Amx);
        Assert.Equal(KernelBytes("Q6_K-8"), BytesAt(kernels.Of(DType.Q6_K).Panel(8), "Q6_K-8"));
        Assert.Equal(KernelBytes("Q8_0-bf16"), BytesAt(kernels.Of(DType.Q8_0).Expansion, "Q8_0-bf16"));
        Assert.Equal(
            KernelBytes("bf16-1x2"),
            BytesAt(kernels.FloatTiles.Product(SplitOperands.Neither, 1, 2), "bf16-1x2")
        );
        Assert.Equal(
            KernelBytes("bf16-split-both-2x1"),
            BytesAt(kernels.FloatTiles.Product(SplitOperands.Both, 2, 1), "bf16-split-both-2x1")
        );
        Assert.Equal(
            KernelBytes("BF16-tiles-x4"),
            BytesAt(kernels.FloatTiles.Expansion(DType.BF16, 4), "BF16-tiles-x4")
        );
        Assert.Equal(KernelBytes("Q4_K-int8-16"), BytesAt(kernels.Of(DType.Q4_K).ByteTile, "Q4_K-int8-16"));
        Assert.Equal(KernelBytes("Q4_K-int8"), BytesAt(kernels.Of(DType.Q4_K).ByteTiles, "Q4_K-int8"));
        Assert.Equal(KernelBytes("Q4_0-vnni-1x4"), BytesAt(kernels.Of(DType.Q4_0).OneRowManyPanels, "Q4_0-vnni-1x4"));
        Assert.Equal(KernelBytes("bf16-rows"), BytesAt(kernels.RowRounding(), "bf16-rows"));
        Assert.True(kernels.Of(DType.Q4_K).Rows is null);
        using var vnni = JitKernels.Create(s_amx, JitTier.Vnni);
        Assert.Throws<InvalidOperationException>(() => vnni.RowRounding());
        using var avx2 = JitKernels.Create(s_amx, JitTier.Avx2);
        Assert.Equal(KernelBytes("Q5_K-avx2"), BytesAt(avx2.Of(DType.Q5_K).Rows, "Q5_K-avx2"));
        Assert.Equal(KernelBytes("Q5_K-avx2-1"), BytesAt(avx2.Of(DType.Q5_K).OneRow, "Q5_K-avx2-1"));
    }

    [Fact]
    public void Executable_memory_runs_what_was_written_and_is_gone_when_disposed()
    {
        if (!CanExecute)
            return;
        byte[] returnsSeven = [0xb8, 7, 0, 0, 0, 0xc3];
        var (memory, refusal) = ExecutableMemory.Map(returnsSeven);
        Assert.Null(refusal);
        Assert.Equal(7, ((delegate* unmanaged<int>)memory!.Start)());
        memory.Dispose();
        Assert.Throws<ObjectDisposedException>(() => memory.Start is null);
    }

    [Fact]
    public void The_saved_states_include_the_registers_that_NET_uses()
    {
        if (!System.Runtime.Intrinsics.X86.Avx.IsSupported || !CanExecute)
            return;
        const ulong Vectors256 = 0b110;
        Assert.Equal(Vectors256, ProcessorFeatures.ReadXcr0(out var refusal) & Vectors256);
        Assert.Null(refusal);
    }

    private static bool CanExecute =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private static byte[] KernelBytes(string name) =>
        KernelCatalog.All.Single(kernel => kernel.Name == name).Code.ToArray();

    private static byte[] BytesAt(void* start, string name) =>
        new Span<byte>(start, KernelBytes(name).Length).ToArray();
}
