// What decides whether generated code runs: the processor, the operating system, and TERN_JIT.
using System.Runtime.InteropServices;
using Tern.Kernels.Cpu.Jit;

namespace Tern.Kernels.Tests.Jit;

public unsafe class ProcessorFeaturesTests
{
    private static readonly ProcessorFeatures s_vnni = new()
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
    public void Without_a_setting_the_best_tier_of_the_machine_is_taken()
    {
        Assert.Equal(JitTier.Off, JitTiers.Choose(null, new ProcessorFeatures()));
        Assert.Equal(JitTier.Vnni, JitTiers.Choose("", s_vnni));
        Assert.Equal(JitTier.Amx, JitTiers.Choose(null, s_amx));
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
        Refused(new ProcessorFeatures(), "vnni", "no AVX512-VNNI");
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
        Assert.Contains("off, vnni, amx", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Kernels_of_a_tier_that_the_machine_lacks_are_not_created()
    {
        Assert.Null(JitKernels.TryCreate(s_vnni, JitTier.Off));
        Assert.Throws<PlatformNotSupportedException>(() => JitKernels.TryCreate(s_vnni, JitTier.Amx));
    }

    [Fact]
    public void Kernels_are_found_by_what_they_multiply()
    {
        if (!CanExecute)
            return;
        using var kernels = JitKernels.TryCreate(s_amx, JitTier.Amx)!;
        Assert.Equal(KernelBytes("Q6_K-8"), BytesAt(kernels.PanelProduct(Tensors.DType.Q6_K, 8), "Q6_K-8"));
        Assert.Equal(KernelBytes("Q8_0-bf16"), BytesAt(kernels.PanelExpansion(Tensors.DType.Q8_0), "Q8_0-bf16"));
        Assert.Equal(KernelBytes("bf16-1x2"), BytesAt(kernels.TileProduct(1, 2), "bf16-1x2"));
        Assert.Equal(KernelBytes("Q4_K-int8"), BytesAt(kernels.ByteTileProduct(Tensors.DType.Q4_K), "Q4_K-int8"));
        Assert.Equal(KernelBytes("bf16-rows"), BytesAt(kernels.RowRounding(), "bf16-rows"));
        Assert.Throws<InvalidOperationException>(() => kernels.PanelProduct(Tensors.DType.F32, 1));
        using var vnni = JitKernels.TryCreate(s_amx, JitTier.Vnni)!;
        Assert.Throws<InvalidOperationException>(() => vnni.RowRounding());
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
        KernelCatalog.Generate(JitTier.Amx).Single(kernel => kernel.Name == name).Code.ToArray();

    private static byte[] BytesAt(void* start, string name) =>
        new Span<byte>(start, KernelBytes(name).Length).ToArray();
}
