// Owns what a trace must look like, and what a bad one is told.
using Tern.Simulation.Workloads;
using Tern.Testing;

namespace Tern.Simulation.Tests.Workloads;

public sealed class TraceReaderTests
{
    [SharedTheory]
    [InlineData("azure-2023-conversation.csv", 19366, 374, 44)]
    [InlineData("azure-2023-code.csv", 8819, 4808, 10)]
    [InlineData("mooncake-conversation.jsonl", 12031, 6758, 500)]
    public void Real_traces_are_read_whole(string file, int rows, int firstPrompt, int firstOutput)
    {
        var trace = TraceReader.Read(SharedData.PathOf("traces", file));
        Assert.Equal(rows, trace.Count);
        Assert.Equal(
            (1, 0.0, firstPrompt, firstOutput),
            (trace[0].Row, trace[0].ArrivalMs, trace[0].PromptTokens, trace[0].OutputTokens)
        );
        Assert.InRange(trace[^1].ArrivalMs, 3_400_000, 3_600_000);
    }

    [Fact]
    public void Csv_times_count_from_the_first_row()
    {
        var trace = Csv("2023-11-16 23:59:59.9000000,5,6\r\n2023-11-17 00:00:00.1500000,7,8\r\n");
        Assert.Equal([0, 250], trace.Select(r => r.ArrivalMs));
        Assert.Equal([7, 8], [trace[1].PromptTokens, trace[1].OutputTokens]);
    }

    [Theory]
    [InlineData("2023-11-16 18:15:46.68,5\n", 2, "")]
    [InlineData("2023-11-16 18:15:46.68,5,6,7\n", 2, "")]
    [InlineData("\n", 2, "")]
    [InlineData("yesterday,5,6\n", 2, "TIMESTAMP")]
    [InlineData("2023-11-16 18:15:46.68,0,6\n", 2, "ContextTokens")]
    [InlineData("2023-11-16 18:15:46.68,-5,6\n", 2, "ContextTokens")]
    [InlineData("2023-11-16 18:15:46.68,99999999999,6\n", 2, "ContextTokens")]
    [InlineData("2023-11-16 18:15:46.68,5,\n", 2, "GeneratedTokens")]
    [InlineData("2023-11-16 18:15:46.68,5,6\n2023-11-16 18:15:46.67,5,6\n", 3, "TIMESTAMP")]
    [InlineData("", 0, "")]
    public void A_bad_csv_is_an_error_that_names_line_and_field(string rows, int line, string field)
    {
        var error = Assert.Throws<TraceFormatException>(() => Csv(rows));
        Assert.Equal(("t.csv", line, field), (error.File, error.Row, error.Field));
        Assert.Contains("t.csv", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_csv_without_its_header_is_refused() =>
        Assert.Equal(
            1,
            Assert.Throws<TraceFormatException>(() => TraceReader.ReadCsv(new StringReader("a,b\n1,2\n"), "t.csv")).Row
        );

    [Theory]
    [InlineData("""{"timestamp": 0, "input_length": 5, "output_length": 1, "hash_ids": [1}""", "")]
    [InlineData("""[1]""", "")]
    [InlineData("""{"input_length": 5, "output_length": 1, "hash_ids": [1]}""", "timestamp")]
    [InlineData("""{"timestamp": -1, "input_length": 5, "output_length": 1, "hash_ids": [1]}""", "timestamp")]
    [InlineData("""{"timestamp": 9, "input_length": 0, "output_length": 1, "hash_ids": []}""", "input_length")]
    [InlineData("""{"timestamp": 9, "input_length": 5, "output_length": "1", "hash_ids": [1]}""", "output_length")]
    [InlineData("""{"timestamp": 9, "input_length": 513, "output_length": 1, "hash_ids": [1]}""", "hash_ids")]
    [InlineData("""{"timestamp": 9, "input_length": 5, "output_length": 1, "hash_ids": [1.5]}""", "hash_ids")]
    [InlineData("""{"timestamp": 9, "input_length": 5, "output_length": 1, "hash_ids": 3}""", "hash_ids")]
    [InlineData("""{"timestamp": 2, "input_length": 5, "output_length": 1, "hash_ids": [1]}""", "timestamp")]
    public void A_bad_json_line_is_an_error_that_names_line_and_field(string row, string field)
    {
        const string good = """{"timestamp": 5, "input_length": 5, "output_length": 1, "hash_ids": [1]}""";
        var error = Assert.Throws<TraceFormatException>(() =>
            TraceReader.ReadJsonLines(new StringReader($"{good}\n{row}\n"), "t.jsonl")
        );
        Assert.Equal(("t.jsonl", 2, field), (error.File, error.Row, error.Field));
    }

    [Fact]
    public void Prompts_share_what_the_trace_says_is_shared()
    {
        var first = new TraceRequest
        {
            Row = 1,
            ArrivalMs = 0,
            PromptTokens = 1100,
            OutputTokens = 1,
            PrefixIds = [7, 8, 9],
        };
        var a = first.ToRequest().Prompt.Span;
        var b = (first with { Row = 2, PrefixIds = [7, 10, 9] }).ToRequest().Prompt.Span;
        Assert.Equal(512, a.CommonPrefixLength(b));
        var alone = (first with { PrefixIds = [] }).ToRequest().Prompt.Span;
        Assert.Equal(0, alone.CommonPrefixLength((first with { Row = 2, PrefixIds = [] }).ToRequest().Prompt.Span));
    }

    private static IReadOnlyList<TraceRequest> Csv(string rows) =>
        TraceReader.ReadCsv(new StringReader("TIMESTAMP,ContextTokens,GeneratedTokens\r\n" + rows), "t.csv");
}
