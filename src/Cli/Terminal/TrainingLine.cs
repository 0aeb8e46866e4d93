// Owns showing how a training run goes.
using System.Diagnostics;
using System.Globalization;
using Tern.Training.Runs;

namespace Tern.Cli.Terminal;

/// <summary>A status line for every step, and a line that stays for every measurement: on validation data, or of the kernels.</summary>
/// <param name="steps">Steps of the run.</param>
internal sealed class TrainingLine(long steps) : IDisposable
{
    private readonly StatusLine _line = new("training");
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly List<double> _efficiencies = [];
    private long _shown;

    /// <summary>What the run's matrix products say of it; null where none were measured.</summary>
    public string? Summary =>
        _efficiencies.Count == 0
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"kernel efficiency {_efficiencies.Order().ElementAt(_efficiencies.Count / 2):F2}, the median of {_efficiencies.Count} steps"
            );

    /// <summary>Shows a step.</summary>
    public void Show(TrainingProgress progress)
    {
        _shown++;
        double seconds = Stopwatch.GetElapsedTime(_began).TotalSeconds / _shown * (steps - progress.Step);
        string left = TimeSpan.FromSeconds(Math.Round(seconds)).ToString("g", CultureInfo.InvariantCulture);
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"step {progress.Step}/{steps}: loss {progress.Loss:F4}, rate {progress.LearningRate:G3}, {progress.TokensPerSecond:F0} tokens/s, {left} left"
        );
        if (progress.KernelEfficiency is { } efficiency)
        {
            _efficiencies.Add(efficiency);
            text += string.Create(CultureInfo.InvariantCulture, $"; kernel efficiency {efficiency:F2}");
        }
        if (progress.ValidationLoss is { } validation)
            text += string.Create(CultureInfo.InvariantCulture, $"; validation {validation:F4}");
        if (progress.ValidationLoss is not null || progress.KernelEfficiency is not null)
        {
            _line.Clear();
            Console.Out.WriteLine(text);
        }
        else
        {
            _line.Update(text);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();
}
