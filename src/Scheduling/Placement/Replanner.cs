// Owns the question "has the load changed so much that the placement should be searched again".
namespace Tern.Scheduling.Placement;

/// <summary>
/// Watches mean prompt length, mean answer length and rate, window after window, and says when they have left what the placement was made
/// for (DistServe, OSDI 2024, §4.3, replanning; the released code has none). A shift counts when several windows in a row show it, so a
/// burst moves nothing; after a search the load it was made for is the new measure, so it does not fire again for the same shift.
/// </summary>
public sealed class Replanner
{
    private readonly Options _options;
    private Load _plannedFor;
    private Load _lastWindow;
    private double _windowStartMs;
    private double _nowMs;
    private long _arrivals;
    private long _finished;
    private long _promptTokens;
    private long _outputTokens;
    private int _shifted;

    /// <summary>Starts watching.</summary>
    /// <param name="plannedFor">The load the running placement was made for.</param>
    /// <param name="nowMs">Now: the first window begins.</param>
    /// <param name="options">The defaults of <see cref="Options"/> if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option or the load makes no sense.</exception>
    public Replanner(Load plannedFor, double nowMs, Options? options = null)
    {
        _options = (options ?? new Options()).Validated();
        _lastWindow = _plannedFor = plannedFor.Validated();
        _windowStartMs = _nowMs = nowMs;
    }

    /// <summary>The load to search a placement for, if one should be searched; null while the present one stands.</summary>
    public Load? Wanted => _shifted >= _options.Windows ? _lastWindow : null;

    /// <summary>A request arrived.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Time goes back, or the prompt has no token.</exception>
    public void Arrived(double nowMs, int promptTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(promptTokens);
        AdvanceTo(nowMs);
        _arrivals++;
        _promptTokens += promptTokens;
    }

    /// <summary>A request finished.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Time goes back, or the answer has no token.</exception>
    public void Finished(double nowMs, int outputTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputTokens);
        AdvanceTo(nowMs);
        _finished++;
        _outputTokens += outputTokens;
    }

    /// <summary>Time passed; closes the windows that are over.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Time goes back.</exception>
    public void AdvanceTo(double nowMs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nowMs, _nowMs);
        _nowMs = nowMs;
        if (_nowMs < _windowStartMs + _options.WindowMs)
            return;
        CloseWindow();
        // Further windows that passed without a call were empty, and an empty window says nothing to plan for.
        _windowStartMs += Math.Floor((_nowMs - _windowStartMs) / _options.WindowMs) * _options.WindowMs;
    }

    /// <summary>A placement for this load runs from now on; watching starts over with it as the measure.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The load makes no sense.</exception>
    public void Replanned(Load plannedFor)
    {
        _lastWindow = _plannedFor = plannedFor.Validated();
        _shifted = 0;
    }

    private void CloseWindow()
    {
        if (_arrivals > 0)
        {
            // Means of a few requests are chance: until there are enough the last known ones stand.
            _lastWindow = new Load(
                1000 * _arrivals / _options.WindowMs,
                _arrivals >= _options.MinRequests ? (double)_promptTokens / _arrivals : _lastWindow.MeanPromptTokens,
                _finished >= _options.MinRequests ? (double)_outputTokens / _finished : _lastWindow.MeanOutputTokens
            );
            _shifted = HasShifted(_lastWindow) ? Math.Min(_shifted + 1, _options.Windows) : 0;
        }
        (_arrivals, _finished, _promptTokens, _outputTokens) = (0, 0, 0, 0);
    }

    private bool HasShifted(Load seen) =>
        IsFar(seen.Rate, _plannedFor.Rate)
        || IsFar(seen.MeanPromptTokens, _plannedFor.MeanPromptTokens)
        || IsFar(seen.MeanOutputTokens, _plannedFor.MeanOutputTokens);

    /// <summary>By ratio, so that half and double are equally far.</summary>
    private bool IsFar(double seen, double planned) =>
        seen > planned * (1 + _options.Threshold) || seen * (1 + _options.Threshold) < planned;

    /// <summary>What a placement is made for.</summary>
    /// <param name="Rate">Requests per second.</param>
    /// <param name="MeanPromptTokens">Mean prompt length in tokens.</param>
    /// <param name="MeanOutputTokens">Mean answer length in tokens.</param>
    public readonly record struct Load(double Rate, double MeanPromptTokens, double MeanOutputTokens)
    {
        internal Load Validated()
        {
            Require(double.IsFinite(Rate) && Rate > 0, nameof(Rate), Rate, "positive and finite");
            Require(
                double.IsFinite(MeanPromptTokens) && MeanPromptTokens >= 1,
                nameof(MeanPromptTokens),
                MeanPromptTokens,
                "at least 1"
            );
            Require(
                double.IsFinite(MeanOutputTokens) && MeanOutputTokens >= 1,
                nameof(MeanOutputTokens),
                MeanOutputTokens,
                "at least 1"
            );
            return this;
        }
    }

    /// <summary>When a change counts as a shift. The paper names the quantities (§4.3) but no numbers; these are ours.</summary>
    public sealed record Options
    {
        /// <summary>Length of a window in ms; a search takes about a minute (§6.5), so windows of a minute.</summary>
        public double WindowMs { get; init; } = 60_000;

        /// <summary>Windows in a row that must show the shift.</summary>
        public int Windows { get; init; } = 3;

        /// <summary>How far a quantity must leave the planned one, as a ratio above 1: 0.3 means ×1.3 or ÷1.3.</summary>
        public double Threshold { get; init; } = 0.3;

        /// <summary>Requests a window needs before its mean lengths are believed.</summary>
        public int MinRequests { get; init; } = 30;

        internal Options Validated()
        {
            Require(double.IsFinite(WindowMs) && WindowMs > 0, nameof(WindowMs), WindowMs, "positive and finite");
            Require(Windows >= 1, nameof(Windows), Windows, "at least 1");
            Require(double.IsFinite(Threshold) && Threshold > 0, nameof(Threshold), Threshold, "positive and finite");
            Require(MinRequests >= 1, nameof(MinRequests), MinRequests, "at least 1");
            return this;
        }
    }

    private static void Require(bool holds, string name, double value, string valid)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {valid}.");
    }
}
