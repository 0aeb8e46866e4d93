// Owns the proof that every type reads, and where it can be written writes, as the reference implementation does.
using Tern.Tensors.Quantization;
using Tern.Testing;

namespace Tern.Tensors.Tests.Quantization;

public class ConformanceTests
{
    public static TheoryData<string> Types => QuantCase.Names();

    [SharedTheory]
    [MemberData(nameof(Types))]
    public void EveryTypeHasTheGeometryOfTheReference(string type)
    {
        var data = QuantCase.Of(type);

        Assert.Equal(type, data.Type.ToString());
        Assert.Equal((int)data.Index["block_elements"]!, data.Type.ElementsPerBlock());
        Assert.Equal((int)data.Index["block_bytes"]!, data.Type.BytesPerBlock());
    }

    [SharedTheory]
    [MemberData(nameof(Types))]
    public void DequantizedValuesEqualTheReferenceBitForBit(string type)
    {
        var data = QuantCase.Of(type);
        float[] expected = data.Floats("dequantise", "values");
        float[] actual = new float[expected.Length];

        Dequantizer.Row(data.Type, data.Bytes("dequantise", "blocks"), actual);

        int perBlock = expected.Length / (int)data.Index["blocks"]!;
        for (int i = 0; i < expected.Length; i++)
        {
            bool equal =
                BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i])
                || float.IsNaN(expected[i]) && float.IsNaN(actual[i]);
            Assert.True(
                equal,
                $"{type} block {i / perBlock} ({data.Index["block_kinds"]![i / perBlock]}) value {i % perBlock}: "
                    + $"expected {expected[i]:G9}, got {actual[i]:G9}"
            );
        }
    }

    [SharedTheory]
    [MemberData(nameof(Types))]
    public void QuantizedRowsEqualTheReferenceOrAreAsGood(string type)
    {
        var data = QuantCase.Of(type);
        Assert.True(Quantizer.Supports(data.Type));
        float[] input = data.Floats("quantise", "input");
        byte[] expected = data.Bytes("quantise", "bytes");
        int rows = (int)data.Index["quantise"]!["rows"]!;
        int rowElements = input.Length / rows;
        int rowBytes = expected.Length / rows;
        bool sameBytes = (string)data.Index["quantise"]!["compare"]! == "bytes";
        byte[] actual = new byte[rowBytes];
        for (int row = 0; row < rows; row++)
        {
            var values = input.AsSpan(row * rowElements, rowElements);
            string kind = $"{type} row {row} ({data.Index["quantise"]!["row_kinds"]![row]})";
            Quantizer.Row(data.Type, values, actual);
            if (sameBytes)
            {
                var wanted = expected.AsSpan(row * rowBytes, rowBytes);
                Assert.True(
                    wanted.SequenceEqual(actual),
                    $"{kind}: expected {Convert.ToHexString(wanted)}, got {Convert.ToHexString(actual)}"
                );
                continue;
            }
            double error = RootMeanSquareError(data.Type, values, actual);
            double reference = (double)data.Index["quantise"]!["row_rmse"]![row]!;
            double limit = 1.05 * reference + 1e-7 * Largest(values);
            Assert.True(error <= limit, $"{kind}: rmse {error:G6} above {limit:G6} (reference {reference:G6})");
        }
    }

    private static double RootMeanSquareError(DType type, ReadOnlySpan<float> values, ReadOnlySpan<byte> bytes)
    {
        float[] back = new float[values.Length];
        Dequantizer.Row(type, bytes, back);
        double sum = 0;
        for (int i = 0; i < back.Length; i++)
            sum += Math.Pow((double)back[i] - values[i], 2);
        return Math.Sqrt(sum / back.Length);
    }

    private static double Largest(ReadOnlySpan<float> values)
    {
        double largest = 0;
        foreach (float value in values)
            largest = Math.Max(largest, Math.Abs(value));
        return largest;
    }
}
