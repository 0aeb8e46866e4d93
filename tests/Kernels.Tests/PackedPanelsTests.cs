// Owns what others may rely on who keep packed weights: the same bytes everywhere and for the version's life, used in place.
using System.Security.Cryptography;
using Tern.Kernels.Cpu;
using Tern.Kernels.Cpu.Jit;
using Tern.Kernels.Cpu.Packed;
using Tern.Kernels.Tests.Jit;
using Tern.Tensors;

namespace Tern.Kernels.Tests;

public class PackedPanelsTests
{
    /// <summary>
    /// What packing gives in version 1. Whoever changes these bytes raises <see cref="PackedPanels.Version"/>, or files that were
    /// kept by an older program would be believed.
    /// </summary>
    public static TheoryData<DType, string> Version1 =>
        new()
        {
            { DType.Q4_0, "f0343083bba28b40" },
            { DType.Q8_0, "67ae719bab1a4cbe" },
            { DType.Q4_K, "081c23a48b1e3e0c" },
            { DType.Q5_K, "e595283782bf0fd3" },
            { DType.Q6_K, "36f72f7889db18ad" },
            { DType.F32, "2d3816530f0c0291" },
            { DType.F16, "66c014dc6fc70fa7" },
            { DType.BF16, "53ca0289e780c2c9" },
        };

    [Theory]
    [MemberData(nameof(Version1))]
    public void Packing_gives_the_bytes_of_its_version_on_every_tier_and_number_of_threads(DType type, string hash)
    {
        Assert.Equal(1, PackedPanels.Version);
        var matrix = Randoms.Weight(type, 40, 512, 3);
        foreach (var make in Backends.Fast)
            for (int threads = 1; threads <= 3; threads++)
            {
                using var backend = make(threads);
                using var weight = backend.Prepare(matrix);
                Assert.Equal(PackedPanels.BytesOf(matrix), weight.Packed!.ByteLength);
                Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(weight.Packed.Span<byte>()))[..16]);
            }
    }

    [Theory]
    [MemberData(nameof(Version1))]
    public void Kept_bytes_are_used_in_place_and_give_the_same_products(DType type, string hash)
    {
        Assert.NotEmpty(hash);
        var matrix = Randoms.Weight(type, 40, 512, 3);
        float[] input = Randoms.Floats(512, 4);
        using var packer = new CpuBackend(1, Numerics.Fast);
        using var packed = packer.Prepare(matrix);
        var kept = Tensor.Allocate("kept", DType.I8, packed.Packed!.ByteLength);
        packed.Packed.Span<byte>().CopyTo(kept.Span<byte>());
        var expected = new float[40];
        packer.MatMul(packed, input, expected, 1);

        Tensor? asked = null;
        using var backend = new CpuBackend(1, Numerics.Fast)
        {
            Kept = tensor =>
            {
                asked = tensor;
                return kept;
            },
        };
        // Its own bytes are never looked at.
        using var weight = backend.Prepare(Tensor.Allocate("weight", type, 40, 512));
        var actual = new float[40];
        backend.MatMul(weight, input, actual, 1);
        Assert.Equal("weight", asked!.Name);
        Assert.Same(kept, weight.Packed);
        Backends.AssertBits(expected, actual, $"{type}");
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 4)]
    public void Kept_bytes_of_another_length_or_place_are_refused(int more, int offset)
    {
        var matrix = Randoms.Weight(DType.Q4_0, 40, 512, 3);
        long bytes = PackedPanels.BytesOf(matrix) + more;
        var memory = new Tensors.Memory.AlignedMemory(bytes + offset);
        using var backend = new CpuBackend(1, Numerics.Fast)
        {
            Kept = _ => new Tensor("kept", DType.I8, [bytes], memory, offset),
        };
        Assert.Throws<ArgumentException>(() => backend.Prepare(matrix));
    }

    [Theory]
    [InlineData(DType.IQ4_NL, Numerics.Fast)]
    [InlineData(DType.MXFP4, Numerics.Float32)]
    [InlineData(DType.Q4_0, Numerics.Float32)]
    public void Nobody_is_asked_for_what_is_not_packed(DType type, Numerics numerics)
    {
        var matrix = Randoms.Weight(type, 32, 256, 3);
        using var backend = new CpuBackend(1, numerics) { Kept = _ => throw new InvalidOperationException("asked") };
        using var weight = backend.Prepare(matrix);
        Assert.Null(weight.Packed);
    }

    [Fact]
    public void Rows_of_an_odd_number_of_halves_are_not_kept()
    {
        var matrix = Randoms.Weight(DType.F16, 32, 33, 3);
        using var backend = new CpuBackend(1) { Kept = _ => throw new InvalidOperationException("asked") };
        using var weight = backend.Prepare(matrix);
        Assert.Equal(0, PackedPanels.BytesOf(matrix));
        Assert.Null(weight.Packed);
    }

    [Fact]
    public void Kept_values_are_not_replaced()
    {
        var values = Randoms.Weight(DType.F32, 16, 32, 3);
        using var backend = new CpuBackend(1)
        {
            Kept = matrix => Tensor.Allocate("kept", DType.I8, PackedPanels.BytesOf(matrix)),
        };
        using var weight = backend.Prepare(values);
        Assert.Throws<InvalidOperationException>(() => backend.Refresh(weight, values));
    }

    [NativeTheory(JitTier.Avx2)]
    [InlineData(DType.F32, false)]
    [InlineData(DType.BF16, false)]
    [InlineData(DType.F16, true)]
    [InlineData(DType.IQ4_NL, false)]
    [InlineData(DType.Q6_K, true)]
    public void Kernels_are_generated_only_for_weights_that_want_them(DType type, bool expected)
    {
        using var backend = new CpuBackend(1, CpuBackend.BestTier, Numerics.Fast, JitTier.Avx2);
        Assert.False(backend.GeneratesKernels);
        using var weight = backend.Prepare(Randoms.Weight(type, 32, 256, 3));
        Assert.Equal(expected, backend.GeneratesKernels);
    }
}
