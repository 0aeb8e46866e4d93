// Owns the log of a training run and the picture of its loss.
namespace Tern.Training.Runs;

internal sealed class TrainingLog(string folder) : IDisposable
{
    private readonly JsonLines<TrainingProgress> _file = new(Path.Combine(folder, "log.jsonl"));

    public void Begin() => _file.Begin(_ => false);

    /// <summary>Keeps the lines of the steps that a checkpoint has seen; those after it will be written again.</summary>
    public void Resume(long step) => _file.Begin(line => line.Step <= step);

    public void Write(TrainingProgress line) => _file.Write(line);

    /// <summary>Draws the loss so far.</summary>
    public void Plot()
    {
        var training = _file.Lines.Select(line => ((double)line.Step, line.Loss));
        var validation = _file
            .Lines.Where(line => line.ValidationLoss is not null)
            .Select(line => ((double)line.Step, line.ValidationLoss!.Value));
        RunFolder.WriteText(
            Path.Combine(folder, "loss.svg"),
            LinePlot.Draw(
                "loss (nats a token)",
                "step",
                [new("training", [.. training]), new("validation", [.. validation])]
            )
        );
    }

    public void Dispose() => _file.Dispose();
}
