// The check that a user can run: every tier that this machine has agrees, and a wrong bit would be told.
using Tern.Kernels.Cpu.Jit;

namespace Tern.Kernels.Tests.Jit;

public sealed class KernelCheckTests
{
    [NativeTheory(JitTier.Avx2)]
    [InlineData(JitTier.Avx2)]
    public void Kernels_of_AVX2_agree(JitTier tier) => Check(tier);

    [NativeTheory(JitTier.AvxVnni)]
    [InlineData(JitTier.AvxVnni)]
    public void Kernels_of_AVX_VNNI_agree(JitTier tier) => Check(tier);

    [NativeTheory(JitTier.Vnni)]
    [InlineData(JitTier.Vnni)]
    public void Kernels_of_AVX512_VNNI_agree(JitTier tier) => Check(tier);

    [NativeTheory(JitTier.Amx)]
    [InlineData(JitTier.Amx)]
    public void Kernels_of_AMX_agree(JitTier tier) => Check(tier);

    [Fact]
    public void A_result_of_other_bits_is_told_with_its_place()
    {
        float[] right = new float[200];
        float[] result = [.. right];
        Assert.Null(KernelCheck.FirstDifference(right, result));
        result[85 + 3] = float.BitIncrement(0);
        Assert.Equal("output 3 of row 1 is 1E-45, not 0", KernelCheck.FirstDifference(right, result));
        result[85 + 3] = -0f;
        Assert.Equal("output 3 of row 1 is -0, not 0", KernelCheck.FirstDifference(right, result));
    }

    [Fact]
    public void A_result_too_far_off_is_told_with_its_place()
    {
        float[] right = new float[200];
        float[] result = [.. right];
        result[0] = 0.25f;
        Assert.Null(KernelCheck.FirstFarther(right, result, 85, 0.25f));
        Assert.Equal("output 0 of row 0 is 0.25, not 0 ± 0.125", KernelCheck.FirstFarther(right, result, 85, 0.125f));
        result[85] = float.NaN;
        Assert.Equal("output 0 of row 1 is NaN, not 0 ± 0.25", KernelCheck.FirstFarther(right, result, 85, 0.25f));
    }

    [Fact]
    public void There_is_nothing_to_check_where_nothing_is_generated() =>
        Assert.Throws<ArgumentException>(() => KernelCheck.Run(JitTier.Off));

    private static void Check(JitTier tier)
    {
        var check = KernelCheck.Run(tier);
        Assert.Empty(check.Differences);
        Assert.True(check.Products > 50, $"{check.Products} products");
    }
}
