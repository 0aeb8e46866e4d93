// Owns "tern calibrate": how long steps take here, for policies and for the simulator.
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Tern.Cli.Options;
using Tern.Cli.Terminal;
using Tern.Engine;
using Tern.Engine.Calibration;

namespace Tern.Cli.Commands;

/// <summary>Measures cost curves and keeps them beside the model.</summary>
internal static class CalibrateCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = ModelReference.Description };
        var threads = EnvironmentOption.Create<int?>(
            "--threads",
            "Worker threads; default: physical cores",
            null,
            "-t"
        );
        var numerics = NumericsOption.Create();
        var cacheType = CacheTypeOption.Create();
        var budget = EnvironmentOption.Create(
            "--budget",
            "Seconds for measuring steps; on a large model more of them find the longer steps too",
            10.0
        );
        var json = EnvironmentOption.Create("--json", "Print one JSON object", false);
        var command = new Command(
            "calibrate",
            "Measure how long steps take on this machine and keep it beside the model, for tern serve and tern simulate."
        )
        {
            model,
            threads,
            numerics,
            cacheType,
            budget,
            json,
        };
        command.SetWork(
            (parsed, cancellation) =>
            {
                double seconds = parsed.GetValue(budget);
                if (!(seconds is > 0 and <= 3600))
                    throw new CommandLineException($"--budget is {seconds}; it must be above 0 and at most 3600");
                var options = new EngineOptions
                {
                    Threads = parsed.GetValue(threads),
                    Numerics = parsed.GetValue(numerics),
                    KvCacheType = CacheTypeOption.Read(parsed, cacheType),
                };
                string path = ModelReference.Resolve(parsed.GetRequiredValue(model));
                CostCurves curves;
                string file;
                using (new StatusLine($"measuring {path}"))
                    (curves, file) = Calibrator.Run(path, options, TimeSpan.FromSeconds(seconds), cancellation);
                if (parsed.GetValue(json))
                    Console.Out.WriteLine(Json(curves, file));
                else
                    WriteText(Console.Out, curves, file);
                return 0;
            }
        );
        return command;
    }

    private static void WriteText(TextWriter writer, CostCurves curves, string file)
    {
        writer.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{curves.Key.Processor}; {curves.Key.Backend}, {curves.Key.Numerics}, KV cache {curves.Key.KvCacheType}"
            )
        );
        writer.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"memory reads {curves.BytesPerSecond / 1e9:F1} GB/s; matrix products {curves.FlopsPerSecond / 1e9:F1} GFLOP/s; weights {Printable.Bytes(curves.WeightBytes)}; room for {curves.KvTokens} KV tokens"
            )
        );
        var latency = curves.Latency();
        var table = new TextTable(true, true, true, true, true, true);
        table.Add("prompt rows", "after", "decodes", "context", "ms", "curve ms");
        foreach (var (step, ms) in curves.Points)
            table.Add(
                Cell(step.Chunk),
                Cell(step.After),
                Cell(step.Sequences),
                Cell(step.Context),
                ms.ToString("F3", CultureInfo.InvariantCulture),
                latency.StepMs(step.Shape).ToString("F3", CultureInfo.InvariantCulture)
            );
        table.Write(writer);
        writer.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{curves.Points.Count} of {curves.Planned} steps measured{(curves.Points.Count < curves.Planned ? " (--budget allows more)" : "")}; "
                    + $"curves against measured: error mean {latency.MeanRelativeError:P1}, largest {latency.MaxRelativeError:P1}"
            )
        );
        writer.WriteLine($"kept in {file}");
    }

    private static string Cell(int number) => number == 0 ? "" : number.ToString(CultureInfo.InvariantCulture);

    private static string Json(CostCurves curves, string file)
    {
        var latency = curves.Latency();
        return new JsonObject
        {
            ["file"] = file,
            ["memory_bandwidth_bytes_per_second"] = curves.BytesPerSecond,
            ["matmul_flops_per_second"] = curves.FlopsPerSecond,
            ["planned"] = curves.Planned,
            ["mean_relative_error"] = latency.MeanRelativeError,
            ["max_relative_error"] = latency.MaxRelativeError,
            ["steps"] = new JsonArray([
                .. curves.Points.Select(point =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["chunk"] = point.Step.Chunk,
                            ["after"] = point.Step.After,
                            ["sequences"] = point.Step.Sequences,
                            ["context"] = point.Step.Context,
                            ["milliseconds"] = point.Ms,
                            ["curve_milliseconds"] = latency.StepMs(point.Step.Shape),
                        }
                ),
            ]),
        }.ToJsonString();
    }
}
