// Owns the bounds that quantizers keep on any input, and the errors for input that cannot be right.
using FsCheck;
using FsCheck.Fluent;
using Tern.Tensors.Quantization;

namespace Tern.Tensors.Tests.Quantization;

public class RoundTripTests
{
    /// <summary>
    /// How far a value may move, relative to the largest magnitude: half a step, or a whole one where the last step is
    /// cut off, plus what rounding scale and minimum to halves costs. NVFP4 is not among them: its smallest scale is an
    /// absolute one.
    /// </summary>
    public static TheoryData<DType, double> Steps =>
        new()
        {
            { DType.F32, 0 },
            { DType.F16, 1 / 2048.0 },
            { DType.BF16, 1 / 256.0 },
            { DType.Q8_0, 1 / 254.0 + 1 / 2048.0 },
            { DType.Q4_0, 1 / 8.0 + 1 / 2048.0 },
            { DType.Q4_1, 1 / 15.0 + 3 / 2048.0 },
            { DType.Q5_0, 1 / 16.0 + 1 / 2048.0 },
            { DType.Q5_1, 1 / 31.0 + 3 / 2048.0 },
            { DType.MXFP4, 1 / 4.0 },
            { DType.TQ1_0, 1 / 2.0 + 1 / 2048.0 },
            { DType.TQ2_0, 1 / 2.0 + 1 / 2048.0 },
            { DType.Q2_0, 1 / 2.0 + 1 / 2048.0 },
        };

    [Theory]
    [MemberData(nameof(Steps))]
    public void NoValueMovesFartherThanHalfAStep(DType type, double step) =>
        Check(
            Blocks(type),
            values =>
            {
                float[] back = RoundTrip(type, values);
                double largest = values.Max(Math.Abs);
                return values.Zip(back).All(pair => Math.Abs((double)pair.First - pair.Second) <= step * largest);
            }
        );

    public static TheoryData<DType> QuantizedTypes => [.. Quantizer.SupportedTypes.Where(type => type.IsQuantized())];

    [Theory]
    [MemberData(nameof(QuantizedTypes))]
    public void RowsAreTheSameWhetherPackedAloneOrTogether(DType type) =>
        Check(
            Blocks(type).Two(),
            rows =>
            {
                byte[] first = Pack(type, rows.Item1);
                byte[] second = Pack(type, rows.Item2);
                byte[] both = Pack(type, [.. rows.Item1, .. rows.Item2]);
                return both.SequenceEqual([.. first, .. second]);
            }
        );

    [Theory]
    [MemberData(nameof(QuantizedTypes))]
    public void TheErrorIsSmallerThanTheValues(DType type) =>
        Check(
            Blocks(type),
            values =>
            {
                float[] back = RoundTrip(type, values);
                double error = values.Zip(back).Sum(pair => Math.Pow((double)pair.First - pair.Second, 2));
                return error <= values.Sum(value => Math.Pow(value, 2));
            }
        );

    [Theory]
    [MemberData(nameof(QuantizedTypes))]
    public void ZerosStayZeros(DType type) =>
        Assert.All(RoundTrip(type, new float[type.ElementsPerBlock()]), value => Assert.Equal(0, value));

    [Fact]
    public void EveryHalfSurvivesTheWayToFloatAndBack()
    {
        ushort[] bits = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i)];
        float[] values = new float[bits.Length];
        ushort[] back = new ushort[bits.Length];

        HalfFloats.FromF16(bits, values);
        HalfFloats.ToF16(values, back);

        for (int i = 0; i < bits.Length; i++)
        {
            var expected = BitConverter.UInt16BitsToHalf(bits[i]);
            if (Half.IsNaN(expected))
                Assert.True(float.IsNaN(values[i]) && Half.IsNaN(BitConverter.UInt16BitsToHalf(back[i])));
            else
                Assert.Equal(
                    (BitConverter.SingleToInt32Bits((float)expected), bits[i]),
                    (BitConverter.SingleToInt32Bits(values[i]), back[i])
                );
        }
    }

    [Fact]
    public void EveryBrainFloatSurvivesTheWayToFloatAndBack()
    {
        ushort[] bits = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i)];
        float[] values = new float[bits.Length];
        ushort[] back = new ushort[bits.Length];

        HalfFloats.FromBF16(bits, values);
        HalfFloats.ToBF16(values, back);

        for (int i = 0; i < bits.Length; i++)
        {
            Assert.Equal((uint)bits[i] << 16, BitConverter.SingleToUInt32Bits(values[i]));
            Assert.Equal(float.IsNaN(values[i]) ? bits[i] | 0x40 : bits[i], back[i]);
        }
    }

    [Fact]
    public void BrainFloatsRoundToTheNearestAndTiesToEven()
    {
        uint[] patterns = [0x3F80_7FFF, 0x3F80_8000, 0x3F80_8001, 0x3F81_8000, 0x7F7F_FFFF, 0x7F80_0001];
        ushort[] bits = new ushort[patterns.Length];

        HalfFloats.ToBF16([.. patterns.Select(BitConverter.UInt32BitsToSingle)], bits);

        Assert.Equal(new ushort[] { 0x3F80, 0x3F80, 0x3F81, 0x3F82, 0x7F80, 0x7FC0 }, bits);
    }

    [Fact]
    public void DoublesAreReadAsFloats()
    {
        double[] source = [1.5, -1e300, double.NaN];
        float[] values = new float[3];

        Dequantizer.Row(DType.F64, System.Runtime.InteropServices.MemoryMarshal.AsBytes(source.AsSpan()), values);

        Assert.Equal([1.5f, float.NegativeInfinity, float.NaN], values);
    }

    [Theory]
    [InlineData(DType.Q4_0, 33, 18, "no whole number of Q4_0 blocks")]
    [InlineData(DType.Q4_0, 32, 17, "take 18 bytes, not 17")]
    [InlineData(DType.Q4_0, 32, 19, "take 18 bytes, not 19")]
    [InlineData(DType.Q6_K, 256, 0, "take 210 bytes, not 0")]
    [InlineData(DType.F16, 3, 4, "take 6 bytes, not 4")]
    [InlineData(DType.I32, 1, 4, "not a real element type")]
    [InlineData((DType)999, 1, 4, "not a real element type")]
    [InlineData((DType)(-1), 1, 4, "not a real element type")]
    public void RowsOfTheWrongSizeOrTypeAreRefused(DType type, int values, int bytes, string message)
    {
        Action read = () => Dequantizer.Row(type, new byte[bytes], new float[values]);
        Action write = () => Quantizer.Row(type, new float[values], new byte[bytes]);

        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(read).Message);
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(write).Message);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void BlocksRefuseValuesThatAreNotFinite(float value)
    {
        float[] values = new float[64];
        values[33] = value;

        var error = Assert.Throws<ArgumentException>(() => Quantizer.Row(DType.Q8_0, values, new byte[68]));

        Assert.Contains("value 33 is", error.Message);
    }

    [Fact]
    public void ATypeWithoutQuantizerIsRefusedWithTheListOfThoseThatHaveOne()
    {
        Assert.False(Quantizer.Supports(DType.F64));

        var error = Assert.Throws<QuantizationNotSupportedException>(() =>
            Quantizer.Row(DType.F64, new float[1], new byte[8])
        );

        Assert.Equal(DType.F64, error.Type);
        Assert.Contains("Q4_K", error.Message);
    }

    /// <summary>
    /// Blocks of values whose magnitudes spread over a few powers of ten, none so small that the scale, a half, becomes
    /// subnormal.
    /// </summary>
    private static Gen<float[]> Blocks(DType type)
    {
        var value =
            from fraction in Gen.Choose(-1_000_000, 1_000_000)
            from exponent in Gen.Choose(-3, 0)
            select fraction * 1e-6f * MathF.Pow(10, exponent);
        return from values in value.ArrayOf(Math.Max(32, type.ElementsPerBlock()))
            from exponent in Gen.Choose(1, 4)
            select Array.ConvertAll(values, x => x * MathF.Pow(10, exponent));
    }

    private static void Check<T>(Gen<T> values, Func<T, bool> holds) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(12), Prop.ForAll(Arb.From(values), holds));

    private static byte[] Pack(DType type, float[] values)
    {
        byte[] bytes = new byte[type.RowBytes(values.Length)];
        Quantizer.Row(type, values, bytes);
        return bytes;
    }

    private static float[] RoundTrip(DType type, float[] values)
    {
        float[] back = new float[values.Length];
        Dequantizer.Row(type, Pack(type, values), back);
        return back;
    }
}
