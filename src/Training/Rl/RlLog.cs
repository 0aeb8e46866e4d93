// Owns the log of a run of reinforcement learning and its picture.
using Tern.Training.Runs;

namespace Tern.Training.Rl;

internal sealed class RlLog(string folder) : IDisposable
{
    private readonly JsonLines<RlProgress> _file = new(Path.Combine(folder, "log.jsonl"));

    public void Begin() => _file.Begin(_ => false);

    /// <summary>Keeps the lines that a checkpoint has seen; those after it will be written again.</summary>
    public void Resume(long step) => _file.Begin(line => line.Step <= step);

    public void Write(RlProgress line) => _file.Write(line);

    public void Plot()
    {
        var lines = _file.Lines;
        var heldOut = lines.Where(line => line.HeldOut is not null);
        RunFolder.WriteText(
            Path.Combine(folder, "reward.svg"),
            LinePlot.Draw(
                "reward",
                "generated tokens",
                [
                    new("mean reward", [.. lines.Skip(1).Select(line => ((double)line.GeneratedTokens, line.Reward))]),
                    new(
                        "held-out pass@1",
                        [.. heldOut.Select(line => ((double)line.GeneratedTokens, line.HeldOut!.Value))]
                    ),
                    new(
                        "zero-variance groups",
                        [.. lines.Skip(1).Select(line => ((double)line.GeneratedTokens, line.ZeroVariance))]
                    ),
                ]
            )
        );
    }

    public void Dispose() => _file.Dispose();
}
