// Owns what a user's own trace may look like, that it is streamed, and what a bad one is told.
using Tern.Simulation.Workloads;
using Tern.Testing;

namespace Tern.Simulation.Tests.Workloads;

public sealed class OwnTraceTests
{
    [Theory]
    [InlineData("output_tokens,arrival_s,model,prompt_tokens\n6,0.5,a,5\n8,0.75,b,7\n")]
    [InlineData("Prompt_Tokens , ARRIVAL_MS , Output_Length , user , Model\n5, 500, 6, x, a\n7, 750, 8, y, b")]
    [InlineData("model,GeneratedTokens,ContextTokens,timestamp\r\na,6,5,500\r\nb,8,7,750.00001\r\n")]
    [InlineData(
        "timestamp,input_length,output_tokens,model\n2024-02-29 23:59:59.9,5,6,a\n2024-03-01 00:00:00.15,7,8,b\n"
    )]
    public void Columns_come_in_any_order_case_and_unit(string text) =>
        AssertTwoRows(TraceReader.ReadCsv(new StringReader(text), "t.csv"));

    [Theory]
    [InlineData(
        """{"arrival_ms": 500, "prompt_tokens": 5, "output_tokens": 6, "model": "a"}""",
        """{"output_tokens": 8, "model": "b", "prompt_tokens": 7, "arrival_ms": 750, "more": [1]}"""
    )]
    [InlineData(
        """{"arrival_s": 0.5, "input_length": 5, "GeneratedTokens": 6, "model": "a", "hash_ids": [3]}""",
        """{"arrival_s": 7.5e-1, "contexttokens": 7, "output_length": 8, "model": "b", "hash_ids": [4]}"""
    )]
    public void Keys_come_in_any_order_and_unit(string first, string second) =>
        AssertTwoRows(TraceReader.ReadJsonLines(new StringReader($"{first}\n{second}"), "t.jsonl"));

    [Fact]
    public void Without_a_model_there_is_one_model_and_without_ids_nothing_is_shared()
    {
        var row = Assert.Single(
            TraceReader.ReadJsonLines(
                new StringReader("""{"timestamp":1,"input_length":900,"output_length":2}"""),
                "t.jsonl"
            )
        );
        Assert.Equal("", row.Model);
        Assert.Empty(row.PrefixIds);
    }

    [Theory]
    [InlineData(
        "",
        1,
        "timestamp",
        "it is missing; there must be one of arrival_ms, arrival_s, timestamp; the header is ''"
    )]
    [InlineData("prompt_tokens,output_tokens\n", 1, "timestamp", "it is missing")]
    [InlineData(
        "arrival_ms,output_tokens\n",
        1,
        "ContextTokens",
        "there must be one of prompt_tokens, input_length, ContextTokens"
    )]
    [InlineData(
        "arrival_ms,prompt_tokens\n",
        1,
        "GeneratedTokens",
        "there must be one of output_tokens, output_length, GeneratedTokens"
    )]
    [InlineData(
        "arrival_ms,prompt_tokens,output_tokens,arrival_ms\n",
        1,
        "arrival_ms",
        "it says the same as 'arrival_ms'"
    )]
    [InlineData(
        "arrival_ms,prompt_tokens,output_tokens,input_length\n",
        1,
        "input_length",
        "it says the same as 'prompt_tokens'"
    )]
    [InlineData("arrival_ms,prompt_tokens,output_tokens,model,Model\n", 1, "Model", "it says the same as 'model'")]
    [InlineData("arrival_ms,prompt_tokens,output_tokens\n", 0, "", "the trace has no request; it needs at least one")]
    [InlineData(
        "arrival_ms,prompt_tokens,output_tokens\n1,2\n",
        2,
        "",
        "'1,2' must have 3 fields like the header, not 2"
    )]
    [InlineData(
        "arrival_ms,prompt_tokens,output_tokens\n1,2,3\n\n",
        3,
        "",
        "'' must have 3 fields like the header, not 1"
    )]
    [InlineData(
        "arrival_ms,prompt_tokens,output_tokens\n1,2,3\n0,2,3\n",
        3,
        "arrival_ms",
        "time goes back by 1 ms; rows must be in order of time"
    )]
    [InlineData(
        "arrival_ms,prompt_tokens,output_tokens\n-1,2,3\n",
        2,
        "arrival_ms",
        "'-1' must be a number of ms, not negative, at most 10^13 ms"
    )]
    [InlineData("arrival_ms,prompt_tokens,output_tokens\nNaN,2,3\n", 2, "arrival_ms", "'NaN' must be a number of ms")]
    [InlineData(
        "arrival_s,prompt_tokens,output_tokens\n1e11,2,3\n",
        2,
        "arrival_s",
        "'1e11' must be a number of s, not negative, at most 10^13 ms"
    )]
    [InlineData(
        "arrival_ms,prompt_tokens,output_tokens\n2023-11-16 18:15:46.68,2,3\n",
        2,
        "arrival_ms",
        "must be a number of ms"
    )]
    [InlineData(
        "timestamp,prompt_tokens,output_tokens\nnoon,2,3\n",
        2,
        "timestamp",
        "'noon' must be a number of ms, not negative, at most 10^13 ms, or a date (2023-11-16 18:15:46.6805900)"
    )]
    [InlineData(
        "timestamp,prompt_tokens,output_tokens\n5,2,3\n2023-11-16 18:15:46.68,2,3\n",
        3,
        "timestamp",
        "must be a number of ms like the first row's"
    )]
    [InlineData(
        "timestamp,prompt_tokens,output_tokens\n2023-11-16 18:15:46.68,2,3\n5,2,3\n",
        3,
        "timestamp",
        "'5' must be a date (2023-11-16 18:15:46.6805900) like the first row's"
    )]
    [InlineData(
        "arrival_ms,prompt_tokens,output_tokens\n1,0,3\n",
        2,
        "prompt_tokens",
        "'0' must be a whole number from 1 to 16777216"
    )]
    [InlineData(
        "arrival_ms,prompt_tokens,output_tokens\n1,2,-3\n",
        2,
        "output_tokens",
        "'-3' must be a whole number from 1 to 16777216"
    )]
    [InlineData(
        "arrival_ms,prompt_tokens,output_tokens,model\n1,2,3,\n",
        2,
        "model",
        "'' must be a name, without quotes"
    )]
    [InlineData(
        "arrival_ms,prompt_tokens,output_tokens,model\n1,2,3,\"a\"\n",
        2,
        "model",
        "must be a name, without quotes"
    )]
    public void A_bad_csv_is_told_line_field_and_what_is_valid(string text, int line, string field, string message) =>
        AssertError(
            Assert.Throws<TraceFormatException>(() => TraceReader.ReadCsv(new StringReader(text), "t.csv")),
            "t.csv",
            line,
            field,
            message
        );

    [Theory]
    [InlineData(
        """{"input_length":5,"output_length":1}""",
        "timestamp",
        "it is missing; there must be one of arrival_ms, arrival_s, timestamp"
    )]
    [InlineData(
        """{"arrival_ms":1,"output_length":1}""",
        "ContextTokens",
        "it is missing; there must be one of prompt_tokens"
    )]
    [InlineData(
        """{"arrival_ms":1,"input_length":5}""",
        "GeneratedTokens",
        "it is missing; there must be one of output_tokens"
    )]
    [InlineData(
        """{"arrival_ms":1,"arrival_s":1,"input_length":5,"output_length":1}""",
        "arrival_s",
        "it says the same as 'arrival_ms'"
    )]
    [InlineData(
        """{"arrival_ms":1,"input_length":5,"input_length":5,"output_length":1}""",
        "input_length",
        "it says the same as 'input_length'"
    )]
    [InlineData("""{"arrival_ms":"1","input_length":5,"output_length":1}""", "arrival_ms", "must be a number of ms")]
    [InlineData("""{"arrival_ms":1e400,"input_length":5,"output_length":1}""", "arrival_ms", "must be a number of ms")]
    [InlineData(
        """{"arrival_ms":1,"input_length":5.5,"output_length":1}""",
        "input_length",
        "'5.5' must be a whole number from 1 to 16777216"
    )]
    [InlineData(
        """{"arrival_ms":1,"input_length":5,"output_length":null}""",
        "output_length",
        "'null' must be a whole number"
    )]
    [InlineData(
        """{"arrival_ms":1,"input_length":5,"output_length":1,"model":7}""",
        "model",
        "'7' must be a name in quotes"
    )]
    [InlineData(
        """{"arrival_ms":1,"input_length":5,"output_length":1,"model":""}""",
        "model",
        "must be a name in quotes"
    )]
    [InlineData(
        """{"arrival_ms":1,"input_length":513,"output_length":1,"hash_ids":[1]}""",
        "hash_ids",
        "it has 1 ids; 513 tokens need 2, one for each 512"
    )]
    [InlineData(
        """{"arrival_ms":1,"input_length":5,"output_length":1,"hash_ids":["a"]}""",
        "hash_ids",
        "must be a whole number"
    )]
    [InlineData(
        """{"arrival_ms":1,"input_length":5,"output_length":1,"hash_ids":null}""",
        "hash_ids",
        "it must be an array, not Null"
    )]
    [InlineData("""[1]""", "", "a row must be an object, not Array")]
    [InlineData("""{""", "", "'{' is not JSON")]
    [InlineData("", "", "'' is not JSON")]
    public void A_bad_json_line_is_told_line_field_and_what_is_valid(string row, string field, string message)
    {
        const string good = """{"arrival_ms": 1, "input_length": 5, "output_length": 1}""";
        var error = Assert.Throws<TraceFormatException>(() =>
            TraceReader.ReadJsonLines(new StringReader($"{good}\n{row}\n"), "t.jsonl")
        );
        AssertError(error, "t.jsonl", 2, field, message);
    }

    [Fact]
    public void Opening_checks_to_the_end_and_streaming_does_not()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.csv");
        try
        {
            File.WriteAllText(path, "arrival_ms,prompt_tokens,output_tokens\n1,2,3\n2,3,4\n3,bad,5\n");
            var error = Assert.Throws<TraceFormatException>(() => TraceReader.Open(path));
            AssertError(error, path, 4, "prompt_tokens", "'bad' must be a whole number");
            Assert.Equal([2, 3], TraceReader.Stream(path).Take(2).Select(r => r.PromptTokens));
            Assert.Throws<TraceFormatException>(() => TraceReader.Stream(path).Count());

            File.WriteAllText(path, "arrival_ms,prompt_tokens,output_tokens\n1,2,3\n2,3,4\n");
            var rows = TraceReader.Open(path);
            Assert.Equal(rows.Select(r => r.PromptTokens), rows.Select(r => r.PromptTokens));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void An_unknown_extension_is_told_the_known_ones()
    {
        var error = Assert.Throws<TraceFormatException>(() => TraceReader.Stream("trace.parquet"));
        AssertError(error, "trace.parquet", 0, "", "the extension '.parquet' is unknown; valid are .csv and .jsonl");
    }

    [SharedTheory]
    [InlineData("azure-2023-code.csv")]
    [InlineData("mooncake-conversation.jsonl")]
    public void A_real_trace_streams_as_it_reads(string file)
    {
        var path = SharedData.PathOf("traces", file);
        var whole = TraceReader.Read(path);
        var row = 0;
        foreach (var request in TraceReader.Open(path))
        {
            var expected = whole[row++];
            Assert.True(expected.PrefixIds.SequenceEqual(request.PrefixIds));
            Assert.Equal(expected, request with { PrefixIds = expected.PrefixIds });
        }
        Assert.Equal(whole.Count, row);
    }

    private static void AssertTwoRows(IReadOnlyList<TraceRequest> trace)
    {
        Assert.Equal(
            [(1, 0.0, 5, 6, "a"), (2, 250.0, 7, 8, "b")],
            trace.Select(r => (r.Row, r.ArrivalMs, r.PromptTokens, r.OutputTokens, r.Model))
        );
    }

    private static void AssertError(TraceFormatException error, string file, int line, string field, string message)
    {
        Assert.Equal((file, line, field), (error.File, error.Row, error.Field));
        Assert.StartsWith(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
