// Owns what a file of measurements must look like, and what a bad one is told.
using Tern.Scheduling.Latency;
using Tern.Simulation.Measurements;

namespace Tern.Simulation.Tests.Measurements;

public sealed class MeasurementReaderTests
{
    private const string Header = "prefill_tokens,prefill_pairs,decode_sequences,decode_context,ms\n";
    private const string Good = "10,55,0,0,2.5\n20,210,0,0,3.5\n0,0,1,100,1.1\n0,0,4,400,1.6\n8,36,4,800,2.9\n";

    [Fact]
    public void Rows_are_read_and_can_be_fitted()
    {
        var rows = Read(Header + Good);
        Assert.Equal(5, rows.Count);
        Assert.Equal(new Measurement(8, 36, 4, 800, 2.9), rows[^1]);
        Assert.InRange(MeasuredTable.Fit(rows).MaxRelativeError, 0, 0.2);
        Assert.Equal(rows, Read((Header + Good).Replace("\n", "\r\n", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("10,55,0,0", "")]
    [InlineData("10,55,0,0,1,2", "")]
    [InlineData("", "")]
    [InlineData("0,0,0,0,1", "")]
    [InlineData("-1,55,0,0,1", "prefill_tokens")]
    [InlineData("1.5,55,0,0,1", "prefill_tokens")]
    [InlineData("99999999999,55,0,0,1", "prefill_tokens")]
    [InlineData("10,9,0,0,1", "prefill_pairs")]
    [InlineData("0,9,1,1,1", "prefill_pairs")]
    [InlineData("10,many,0,0,1", "prefill_pairs")]
    [InlineData("0,0,-4,1,1", "decode_sequences")]
    [InlineData("0,0,4,3,1", "decode_context")]
    [InlineData("9,45,0,3,1", "decode_context")]
    [InlineData("10,55,0,0,0", "ms")]
    [InlineData("10,55,0,0,-2", "ms")]
    [InlineData("10,55,0,0,NaN", "ms")]
    [InlineData("10,55,0,0,1e999", "ms")]
    [InlineData("10,55,0,0,fast", "ms")]
    public void A_bad_row_is_an_error_that_names_line_and_field(string row, string field)
    {
        var error = Assert.Throws<MeasurementFormatException>(() => Read(Header + Good + row + "\n"));
        Assert.Equal(("m.csv", 7, field), (error.File, error.Row, error.Field));
        Assert.StartsWith("m.csv, line 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_header_and_too_few_rows_are_refused()
    {
        Assert.Equal(1, Assert.Throws<MeasurementFormatException>(() => Read("a,b\n" + Good)).Row);
        Assert.Equal(1, Assert.Throws<MeasurementFormatException>(() => Read("")).Row);
        Assert.Equal(0, Assert.Throws<MeasurementFormatException>(() => Read(Header + "10,55,0,0,2.5\n")).Row);
    }

    private static IReadOnlyList<Measurement> Read(string text) =>
        MeasurementReader.Read(new StringReader(text), "m.csv");
}
