// Owns the result table: what it shows, how wide it is, that it is the same every time.
using System.Text;
using System.Text.Json;
using Tern.Simulation.Reports;

namespace Tern.Simulation.Tests.Reports;

public sealed class ResultTableTests
{
    private static readonly ServiceObjective _objective = ServiceObjective.Parse("ttft=0.2,tpot=0.1");

    [Fact]
    public void Blocks_fit_the_width_even_with_long_numbers()
    {
        var metrics = Outcomes.Metrics([Outcomes.Served(0, 98_765_432, 987_654_321, 10, 3)], _objective);
        var table = new ResultTable([Report("a-system-of-a-long-name", metrics), Report("b", metrics)]);
        var blocks = table.Blocks();
        Assert.True(blocks.Count > 1);
        foreach (var block in blocks)
        {
            Assert.All(block.Notes, note => Assert.InRange(note.Length, 1, 120));
            var rows = block.Rows.Append(block.Groups).Append(block.Headers).ToList();
            Assert.All(rows, row => Assert.Equal(block.Headers.Count, row.Count));
            var width = Enumerable.Range(0, block.Headers.Count).Sum(i => rows.Max(row => row[i].Length) + 2) - 2;
            Assert.InRange(width, 1, 120);
            Assert.Equal(["a-system-of-a-long-name", "b"], block.Rows.Select(row => row[0]));
        }
    }

    [Fact]
    public void Figures_stand_under_their_headers_with_their_definition()
    {
        var metrics = Outcomes.Metrics([Outcomes.With(100, 50), Outcomes.With(300, 60)], _objective);
        var report = Report("vllm", metrics) with
        {
            Utilization = 0.5,
            Goodput = new GoodputResult
            {
                Rate = 1.5625,
                IsLowerBound = true,
                Curve = [],
            },
        };
        var blocks = new ResultTable([report]).Blocks();
        Assert.Equal("50.0", Cell(blocks, "SLO %", "all"));
        Assert.Equal("100.0", Cell(blocks, "SLO %", "TPOT"));
        Assert.Equal("1.562", Cell(blocks, "goodput", "req/s"));
        Assert.Equal("50.0", Cell(blocks, "use %", "device"));
        Assert.Equal("-", Cell(blocks, "use %", "KV max"));
        Assert.Equal("-", Cell(blocks, "events", "swaps"));
        Assert.Equal("200.0", Cell(blocks, "TTFT ms", "mean"));
        Assert.Equal("300.0", Cell(blocks, "TTFT ms", "P99"));
        Assert.Equal("55.00", Cell(blocks, "TPOT ms", "mean"));
        var notes = blocks.SelectMany(block => block.Notes).ToList();
        Assert.Contains("TPOT: (last - first token)/(output tokens - 1), 0 if 1 (distserve)", notes);
        Assert.Contains(notes, note => note.Contains("vllm: the target was never missed"));
    }

    [Fact]
    public void Without_an_objective_or_a_search_their_columns_are_not_there()
    {
        var blocks = new ResultTable([Report("a", Outcomes.Metrics([]))]).Blocks();
        var groups = blocks.SelectMany(block => block.Groups).ToList();
        Assert.DoesNotContain("SLO %", groups);
        Assert.DoesNotContain("goodput", groups);
        Assert.Equal("-", Cell(blocks, "TTFT ms", "P90"));
    }

    [Fact]
    public void Csv_and_json_tell_the_same_and_are_the_same_bytes_every_time()
    {
        var metrics = Outcomes.Metrics([Outcomes.With(100, 50)], _objective);
        string Csv() =>
            Write(
                table =>
                {
                    var text = new StringWriter();
                    table.WriteCsv(text);
                    return text.ToString();
                },
                metrics
            );
        string Json() =>
            Write(
                table =>
                {
                    using var bytes = new MemoryStream();
                    table.WriteJson(bytes);
                    return Encoding.UTF8.GetString(bytes.ToArray());
                },
                metrics
            );
        Assert.Equal(Csv(), Csv());
        Assert.Equal(Json(), Json());

        var lines = Csv().Split('\n');
        Assert.StartsWith("\"a,\"\"b\"\"\",,1,1,1,", lines[1]);
        var ttft = Array.IndexOf(lines[0].Split(','), "ttft_ms_p90");
        // The quoted name holds one comma of its own.
        Assert.Equal("100", lines[1].Split(',')[ttft + 1]);

        using var json = JsonDocument.Parse(Json());
        var system = json.RootElement.GetProperty("systems")[0];
        Assert.Equal(100, system.GetProperty("ttft_ms_p90").GetDouble());
        Assert.Equal(JsonValueKind.Null, system.GetProperty("swaps").ValueKind);
        Assert.Equal(
            "first token - arrival",
            json.RootElement.GetProperty("definitions").GetProperty("ttft").GetString()
        );
    }

    [Fact]
    public void Systems_measured_differently_do_not_share_a_table()
    {
        var one = Report("one", new ServingMetrics(MetricDefinitions.DistServeTestbed, _objective));
        var other = Report("other", new ServingMetrics(MetricDefinitions.FastServe, _objective));
        var strict = Report("strict", new ServingMetrics(MetricDefinitions.DistServeTestbed, _objective.Scaled(0.5)));
        Assert.Contains(
            "'other' and 'one'",
            Assert.Throws<ArgumentException>(() => new ResultTable([one, other])).Message
        );
        Assert.Throws<ArgumentException>(() => new ResultTable([one, strict]));
        Assert.Throws<ArgumentException>(() => new ResultTable([]));
    }

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(7.0, "7.000")]
    [InlineData(0.0123456, "0.01235")]
    [InlineData(1.23456, "1.235")]
    [InlineData(999.96, "1000")]
    [InlineData(12345.6, "12346")]
    [InlineData(1.5e12, "1.500e+12")]
    [InlineData(double.NaN, "-")]
    public void Numbers_have_four_significant_digits(double value, string text) =>
        Assert.Equal(text, NumberText.Significant(value));

    [Theory]
    [InlineData(0.5, "0.5")]
    [InlineData(100.0, "100")]
    [InlineData(1000.0, "1000")]
    [InlineData(1.5e12, "1.500e+12")]
    public void A_number_that_stands_alone_has_no_trailing_zeros(double value, string text) =>
        Assert.Equal(text, NumberText.Short(value));

    private static SystemReport Report(string name, ServingMetrics metrics) => new() { Name = name, Metrics = metrics };

    private static string Write(Func<ResultTable, string> write, ServingMetrics metrics) =>
        write(new ResultTable([Report("a,\"b\"", metrics)]));

    private static string Cell(IReadOnlyList<TableBlock> blocks, string group, string header)
    {
        var block = blocks.Single(b => b.Groups.Contains(group));
        var column = block.Groups.ToList().IndexOf(group);
        while (block.Headers[column] != header)
            column++;
        return block.Rows[0][column];
    }
}
