// Owns the two cursors of a restore: what is computed, what is loaded, what is in flight, and how fast either side is.
namespace Tern.Scheduling.Restore;

/// <summary>
/// The state of one restore. Tokens before <see cref="Computed"/> are computed, tokens from <see cref="Loaded"/> on are loaded; it is done
/// when the two meet. At most one step and one read are in flight. A step may run into tokens that a read in flight covers: whoever
/// ends first provides them, and a read whose tokens are all computed is given up.
/// </summary>
public sealed class RestoreState
{
    private readonly RestoreEstimate _estimate;
    private double _computeFactor = 1; // measured by estimated duration
    private double _loadFactor = 1;
    private bool _computeMeasured;
    private bool _loadMeasured;
    private double _computeStartedMs;
    private double _loadStartedMs;

    /// <summary>Nothing computed, nothing loaded.</summary>
    /// <param name="prefixTokens">Tokens whose keys and values are stored; at least 1.</param>
    /// <param name="estimate">What is believed before anything is measured.</param>
    public RestoreState(int prefixTokens, RestoreEstimate estimate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefixTokens, 1);
        PrefixTokens = LoadedFrom = Loaded = prefixTokens;
        _estimate = estimate;
    }

    /// <summary>Tokens to restore.</summary>
    public int PrefixTokens { get; }

    /// <summary>Tokens before this are computed.</summary>
    public int Computed { get; private set; }

    /// <summary>Tokens from this on are loaded.</summary>
    public int Loaded { get; private set; }

    /// <summary>End of the step in flight; <see cref="Computed"/> if there is none.</summary>
    public int ComputedTo { get; private set; }

    /// <summary>Beginning of the read in flight; <see cref="Loaded"/> if there is none.</summary>
    public int LoadedFrom { get; private set; }

    /// <summary>Whether a step is in flight.</summary>
    public bool Computing => ComputedTo > Computed;

    /// <summary>Whether a read is in flight.</summary>
    public bool Loading => LoadedFrom < Loaded;

    /// <summary>Tokens that nobody has or works on.</summary>
    public int Gap => Math.Max(LoadedFrom - ComputedTo, 0);

    /// <summary>Whether every token is there and no step is in flight, which cannot be broken off.</summary>
    public bool Done => Computed >= Loaded && !Computing;

    /// <summary>Ms that a step of <paramref name="tokens"/> tokens after <paramref name="first"/> others takes, as known by now.</summary>
    public double ComputeMs(int first, int tokens) => _computeFactor * _estimate.ComputeMs(first, tokens);

    /// <summary>Ms that a read of <paramref name="tokens"/> tokens takes, as known by now: a read that is overdue counts as measured.</summary>
    public double LoadMs(int tokens, double nowMs) =>
        Math.Max(_loadFactor, Loading ? (nowMs - _loadStartedMs) / ReadEstimateMs : 0) * _estimate.LoadMs(tokens);

    /// <summary>Ms until the step in flight is expected to end; 0 if there is none or it is overdue.</summary>
    public double ComputeLeftMs(double nowMs) =>
        Computing ? Math.Max(ComputeMs(Computed, ComputedTo - Computed) - (nowMs - _computeStartedMs), 0) : 0;

    /// <summary>
    /// Ms until the read in flight is expected to end; 0 if there is none. One that has taken twice what was expected is expected to take
    /// as long again as it has by now.
    /// </summary>
    public double LoadLeftMs(double nowMs)
    {
        if (!Loading)
            return 0;
        var (taken, expected) = (nowMs - _loadStartedMs, _loadFactor * ReadEstimateMs);
        return taken >= 2 * expected ? taken : Math.Max(expected - taken, 0);
    }

    /// <summary>When the read in flight is so late that it is to be thought over: after twice the time expected, and so on.</summary>
    public double LoadOverdueMs(double nowMs) =>
        Loading
            ? _loadStartedMs + 2 * Math.Max(_loadFactor * ReadEstimateMs, nowMs - _loadStartedMs)
            : double.PositiveInfinity;

    /// <summary>A step begins.</summary>
    /// <exception cref="InvalidOperationException">A step is in flight, or the tokens are loaded.</exception>
    public void BeginCompute(int tokens, double nowMs)
    {
        if (Computing || tokens < 1 || Computed + tokens > Loaded)
            throw new InvalidOperationException(
                $"a step of {tokens} tokens cannot begin at {Computed}: a step is in flight up to {ComputedTo}, tokens from {Loaded} on are loaded"
            );
        ComputedTo = Computed + tokens;
        _computeStartedMs = nowMs;
    }

    /// <summary>The step in flight has ended.</summary>
    public void EndCompute(double nowMs)
    {
        var tokens = ComputedTo - Computed;
        Learn(
            ref _computeFactor,
            _computeMeasured,
            (nowMs - _computeStartedMs) / _estimate.ComputeMs(Computed, tokens)
        );
        _computeMeasured = true;
        Computed = ComputedTo;
        if (Loading && Computed >= Loaded)
            LoadedFrom = Loaded; // overtaken: the read is given up
    }

    /// <summary>A read begins.</summary>
    /// <exception cref="InvalidOperationException">A read is in flight, or the tokens are computed or being computed.</exception>
    public void BeginLoad(int tokens, double nowMs)
    {
        if (Loading || tokens < 1 || Loaded - tokens < ComputedTo)
            throw new InvalidOperationException(
                $"a read of {tokens} tokens cannot end at {Loaded}: a read is in flight from {LoadedFrom} on, tokens up to {ComputedTo} are computed"
            );
        LoadedFrom = Loaded - tokens;
        _loadStartedMs = nowMs;
    }

    /// <summary>The read in flight has ended.</summary>
    public void EndLoad(double nowMs)
    {
        Learn(ref _loadFactor, _loadMeasured, (nowMs - _loadStartedMs) / ReadEstimateMs);
        _loadMeasured = true;
        Loaded = LoadedFrom;
    }

    private double ReadEstimateMs => _estimate.LoadMs(Loaded - LoadedFrom);

    /// <summary>The first measurement replaces the estimate; later ones count as much as all before them.</summary>
    private static void Learn(ref double factor, bool measured, double seen) =>
        factor = measured ? (factor + seen) / 2 : seen;
}
