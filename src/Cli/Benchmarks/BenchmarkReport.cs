// Owns how the numbers of a benchmark are told.
using System.Globalization;
using System.Text.Json.Nodes;
using Tern.Cli.Terminal;

namespace Tern.Cli.Benchmarks;

/// <summary>Everything one run of "tern bench" found.</summary>
internal sealed record BenchmarkReport
{
    /// <summary>What the user named.</summary>
    public required string Model { get; init; }

    /// <summary>One line about the network.</summary>
    public required string Description { get; init; }

    /// <summary>What computed.</summary>
    public required string Backend { get; init; }

    /// <summary>Bytes of all weights.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Seconds from path to network.</summary>
    public required double LoadSeconds { get; init; }

    /// <summary>Peak resident memory in bytes, before the bandwidth was measured.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Bytes a second that the machine reads with as many threads.</summary>
    public required double MachineBandwidth { get; init; }

    /// <summary>Tokens that each sequence had before what was timed.</summary>
    public required int Depth { get; init; }

    /// <summary>Tokens of the prompt; 0 = not timed.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Median seconds for the prompt.</summary>
    public required double PromptSeconds { get; init; }

    /// <summary>One entry a batch size.</summary>
    public required IReadOnlyList<GenerationSpeed> Generation { get; init; }

    /// <summary>A table.</summary>
    public void WriteText(TextWriter writer)
    {
        writer.WriteLine($"{Model}: {Description}");
        writer.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Backend}; weights {Printable.Bytes(WeightBytes)}, loaded in {LoadSeconds:F2} s; peak memory {Printable.Bytes(PeakBytes)}; memory reads {MachineBandwidth / 1e9:F1} GB/s"
            )
        );
        string after = Depth == 0 ? "" : $" after {Depth}";
        var table = new TextTable(false, true, true, true, true, true);
        table.Add("test", "batch", "tokens/s", "ms/step", "GB/s", "of bandwidth");
        if (PromptTokens > 0)
            table.Add($"prompt {PromptTokens}{after}", "1", F(PromptTokens / PromptSeconds), "", "", "");
        foreach (var speed in Generation)
            table.Add(
                $"generate {speed.Steps}{after}",
                $"{speed.Batch}",
                F(speed.TokensPerSecond),
                F(speed.StepMs),
                F(speed.Bandwidth / 1e9),
                $"{F(100 * speed.Bandwidth / MachineBandwidth)} %"
            );
        table.Write(writer);
    }

    /// <summary>One JSON object.</summary>
    public string Json() =>
        new JsonObject
        {
            ["model"] = Model,
            ["description"] = Description,
            ["backend"] = Backend,
            ["weight_bytes"] = WeightBytes,
            ["load_seconds"] = LoadSeconds,
            ["peak_memory_bytes"] = PeakBytes,
            ["memory_bandwidth_bytes_per_second"] = MachineBandwidth,
            ["depth"] = Depth,
            ["prompt"] =
                PromptTokens == 0
                    ? null
                    : new JsonObject
                    {
                        ["tokens"] = PromptTokens,
                        ["seconds"] = PromptSeconds,
                        ["tokens_per_second"] = PromptTokens / PromptSeconds,
                    },
            ["generation"] = new JsonArray([.. Generation.Select(Entry)]),
        }.ToJsonString();

    private JsonObject Entry(GenerationSpeed speed) =>
        new()
        {
            ["batch"] = speed.Batch,
            ["steps"] = speed.Steps,
            ["tokens_per_second"] = speed.TokensPerSecond,
            ["milliseconds_per_step"] = speed.StepMs,
            ["bytes_per_step"] = speed.BytesPerStep,
            ["bytes_per_second"] = speed.Bandwidth,
            ["bandwidth_share"] = speed.Bandwidth / MachineBandwidth,
        };

    private static string F(double number) => number.ToString("F1", CultureInfo.InvariantCulture);
}
