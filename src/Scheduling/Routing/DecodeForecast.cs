// Owns the prediction of how many requests will decode at a later moment.
namespace Tern.Scheduling.Routing;

/// <summary>
/// Mooncake's system-level prediction (technical report, arXiv 2407.00079): every accepted request decodes for the same time after its
/// prefill, so at a moment those decode whose prefill ends before it and not longer ago than that time, but for those known to have ended. Deciding by the load of
/// that moment instead of the present one damps the swing between full and empty decode workers.
/// </summary>
public sealed class DecodeForecast
{
    private readonly List<double> _starts = []; // in order
    private readonly double _decodeMs;
    private int _past;

    /// <summary>Creates a forecast with nothing accepted.</summary>
    /// <param name="decodeMs">Ms that every request decodes.</param>
    public DecodeForecast(double decodeMs) => _decodeMs = decodeMs;

    /// <summary>A request was accepted whose prefill ends at <paramref name="prefillEndMs"/>.</summary>
    public void Add(double prefillEndMs) => _starts.Insert(After(prefillEndMs), prefillEndMs);

    /// <summary>An accepted request does not decode any more: it was rejected after its prefill, or has ended sooner.</summary>
    public void Remove(double prefillEndMs)
    {
        var i = After(prefillEndMs) - 1;
        if (i >= _past && _starts[i] == prefillEndMs)
            _starts.RemoveAt(i);
    }

    /// <summary>Requests that decode at <paramref name="ms"/>.</summary>
    public int CountAt(double ms) => After(ms) - After(ms - _decodeMs);

    /// <summary>Forgets what can no longer matter for moments from <paramref name="nowMs"/> on.</summary>
    public void Forget(double nowMs)
    {
        _past = After(nowMs - _decodeMs);
        if (_past < 1024 || _past < _starts.Count / 2)
            return;
        _starts.RemoveRange(0, _past);
        _past = 0;
    }

    /// <summary>Number of starts up to and with <paramref name="ms"/>.</summary>
    private int After(double ms)
    {
        var (low, high) = (_past, _starts.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_starts[middle] <= ms)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
