// Owns showing how a training run goes.
using System.Diagnostics;
using System.Globalization;
using Tern.Training.Runs;

namespace Tern.Cli.Terminal;

/// <summary>A status line for every step, and a line that stays for every measurement on validation data.</summary>
/// <param name="steps">Steps of the run.</param>
internal sealed class TrainingLine(long steps) : IDisposable
{
    private readonly StatusLine _line = new("training");
    private readonly long _began = Stopwatch.GetTimestamp();
    private long _shown;

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
        if (progress.ValidationLoss is { } validation)
        {
            _line.Clear();
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{text}; validation {validation:F4}"));
        }
        else
        {
            _line.Update(text);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();
}
