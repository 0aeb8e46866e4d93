// Owns the log of a run, a line of JSON a step, and the picture of its loss.
using System.Text.Json;

namespace Tern.Training.Runs;

internal sealed class TrainingLog(string folder) : IDisposable
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly string _path = Path.Combine(folder, "log.jsonl");
    private readonly List<TrainingProgress> _lines = [];
    private StreamWriter? _writer;

    /// <summary>Begins anew.</summary>
    public void Begin() => _writer = new StreamWriter(_path, append: false) { AutoFlush = true };

    /// <summary>Keeps the lines of the steps that a checkpoint has seen; those after it will be written again.</summary>
    public void Resume(long step)
    {
        if (File.Exists(_path))
        {
            foreach (string line in File.ReadLines(_path))
            {
                if (Parse(line) is { } progress && progress.Step <= step)
                    _lines.Add(progress);
            }
        }
        Begin();
        foreach (var line in _lines)
            _writer!.WriteLine(JsonSerializer.Serialize(line, s_options));
    }

    public void Write(TrainingProgress line)
    {
        _lines.Add(line);
        _writer!.WriteLine(JsonSerializer.Serialize(line, s_options));
    }

    /// <summary>Draws the loss so far.</summary>
    public void Plot() =>
        RunFolder.WriteText(
            Path.Combine(folder, "loss.svg"),
            LinePlot.Draw(
                "loss (nats a token)",
                "step",
                [
                    new("training", [.. _lines.Select(line => ((double)line.Step, line.Loss))]),
                    new(
                        "validation",
                        [
                            .. _lines
                                .Where(line => line.ValidationLoss is not null)
                                .Select(line => ((double)line.Step, line.ValidationLoss!.Value)),
                        ]
                    ),
                ]
            )
        );

    public void Dispose() => _writer?.Dispose();

    /// <summary>A line, or null for one that was cut short when the process died.</summary>
    private static TrainingProgress? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingProgress>(line, s_options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
