// Owns the figures of a run, gathered request by request in memory that does not grow with their number.
using Tern.Scheduling;

namespace Tern.Simulation.Reports;

/// <summary>
/// Collects what a report says about the requests of a run. Where requests name their model, the same figures are kept for each
/// model as well.
/// </summary>
public sealed class ServingMetrics
{
    private readonly Attainment[] _attainments;
    private readonly ServiceObjective[] _objectives;
    private readonly SortedDictionary<string, ServingMetrics> _models = new(StringComparer.Ordinal);
    private double _firstArrivalMs = double.PositiveInfinity;
    private double _lastFinishMs = double.NegativeInfinity;

    /// <summary>Creates an empty collection.</summary>
    /// <param name="definitions">What the latencies mean.</param>
    /// <param name="objectives">
    /// Objectives to count; the first is the one a table shows, the others are those of an SLO-scale sweep. There may be none.
    /// </param>
    public ServingMetrics(MetricDefinitions definitions, params ReadOnlySpan<ServiceObjective> objectives)
    {
        Definitions = definitions;
        _objectives = objectives.ToArray();
        _attainments = new Attainment[objectives.Length];
        for (var i = 0; i < objectives.Length; i++)
            _attainments[i] = new Attainment(objectives[i]);
    }

    /// <summary>Whether requests refused or not answered to the end count as missing every objective; else they are left out.</summary>
    public bool CountsUnserved { get; init; } = true;

    /// <summary>What the latencies mean.</summary>
    public MetricDefinitions Definitions { get; }

    /// <summary>One for each objective, in their order.</summary>
    public IReadOnlyList<Attainment> Attainments => _attainments;

    /// <summary>The same figures for each model named, in ordinal order of the names.</summary>
    public IReadOnlyDictionary<string, ServingMetrics> Models => _models;

    /// <summary>TTFT of the requests served, in ms.</summary>
    public LogHistogram Ttft { get; } = new();

    /// <summary>TPOT of the requests served, in ms a token.</summary>
    public LogHistogram Tpot { get; } = new();

    /// <summary>Arrival to last token of the requests served, in ms.</summary>
    public LogHistogram EndToEnd { get; } = new();

    /// <summary>Normalized latency of the requests served, in ms a token.</summary>
    public LogHistogram Normalized { get; } = new();

    /// <summary>Requests answered to the end.</summary>
    public long Served => EndToEnd.Count;

    /// <summary>Requests admitted that were not answered to the end, cancelled ones included.</summary>
    public long Unfinished { get; private set; }

    /// <summary>Requests never admitted.</summary>
    public long Rejected { get; private set; }

    /// <summary>Preemptions, over all requests.</summary>
    public long Preemptions { get; private set; }

    /// <summary>Prompt tokens of the requests served.</summary>
    public long PromptTokens { get; private set; }

    /// <summary>Those of <see cref="PromptTokens"/> that a prefix cache held.</summary>
    public long CachedTokens { get; private set; }

    /// <summary>Tokens generated for the requests served.</summary>
    public long GeneratedTokens { get; private set; }

    /// <summary>From the first arrival to the last token, in ms; 0 as long as none was served.</summary>
    public double DurationMs => Served == 0 ? 0 : _lastFinishMs - _firstArrivalMs;

    /// <summary>Requests served a second of <see cref="DurationMs"/>; 0 if that is 0.</summary>
    public double RequestsPerSecond => DurationMs > 0 ? Served / DurationMs * 1000 : 0;

    /// <summary>Tokens generated for requests served, a second of <see cref="DurationMs"/>; 0 if that is 0.</summary>
    public double TokensPerSecond => DurationMs > 0 ? GeneratedTokens / DurationMs * 1000 : 0;

    /// <summary>Adds a request of a simulated run, once it has ended or the run has.</summary>
    /// <param name="timeline">Its timeline.</param>
    /// <param name="model">Its model, if models are to be told apart.</param>
    /// <exception cref="ArgumentException">Its times contradict each other.</exception>
    public void Add(RequestTimeline timeline, string? model = null) => Add(RequestOutcome.Of(timeline), model);

    /// <summary>Adds a request, once it has ended or the run has.</summary>
    /// <param name="request">What became of it.</param>
    /// <param name="model">Its model, if models are to be told apart.</param>
    /// <exception cref="ArgumentException">Its times contradict each other.</exception>
    public void Add(in RequestOutcome request, string? model = null)
    {
        if (request.Served)
            AddServed(request);
        else
        {
            Unfinished++;
            MissAll();
        }
        Preemptions += request.Preemptions;
        _firstArrivalMs = Math.Min(_firstArrivalMs, request.ArrivalMs);
        if (model is not null)
            Of(model).Add(request);
    }

    /// <summary>Adds a request that was never admitted.</summary>
    /// <param name="model">Its model, if models are to be told apart.</param>
    public void AddRejected(string? model = null)
    {
        Rejected++;
        MissAll();
        if (model is not null)
            Of(model).AddRejected();
    }

    /// <summary>
    /// MuxServe's throughput of several models (ICML 2024, as its released evaluation computes it): the mean of each model's requests
    /// served a second, weighted by its request rate. Each model's throughput is over the whole run's <see cref="DurationMs"/>.
    /// </summary>
    /// <param name="ratePerSecond">The request rate of each model, in requests a second.</param>
    /// <exception cref="ArgumentException">A model has no rate, or the rates have no positive sum.</exception>
    public double RateWeightedThroughput(IReadOnlyDictionary<string, double> ratePerSecond)
    {
        double weighted = 0;
        double rates = 0;
        foreach (var (model, metrics) in _models)
        {
            if (!ratePerSecond.TryGetValue(model, out var rate) || !(rate >= 0) || double.IsInfinity(rate))
                throw new ArgumentException(
                    $"model '{model}' has requests but no request rate; give one of at least 0",
                    nameof(ratePerSecond)
                );
            rates += rate;
            weighted += DurationMs > 0 ? rate * metrics.Served / DurationMs * 1000 : 0;
        }
        return rates > 0
            ? weighted / rates
            : throw new ArgumentException("the models' request rates have no positive sum", nameof(ratePerSecond));
    }

    private void AddServed(in RequestOutcome request)
    {
        if (
            request.PromptTokens < 1
            || !(request.FirstTokenMs >= request.ArrivalMs && request.FinishMs >= request.FirstTokenMs)
        )
            throw new ArgumentException(
                $"a request served has a prompt and arrival ≤ first token ≤ finish; this one has {request}",
                nameof(request)
            );
        var ttft = Definitions.TtftMs(request);
        var tpot = Definitions.TpotMs(request);
        var endToEnd = request.FinishMs - request.ArrivalMs;
        var normalized = Definitions.NormalizedMs(request);
        Ttft.Add(ttft);
        Tpot.Add(tpot);
        EndToEnd.Add(endToEnd);
        Normalized.Add(normalized);
        foreach (var attainment in _attainments)
            attainment.AddServed(ttft, tpot, endToEnd, normalized);
        PromptTokens += request.PromptTokens;
        CachedTokens += request.CachedTokens;
        GeneratedTokens += request.GeneratedTokens;
        _lastFinishMs = Math.Max(_lastFinishMs, request.FinishMs);
    }

    private void MissAll()
    {
        if (!CountsUnserved)
            return;
        foreach (var attainment in _attainments)
            attainment.AddUnserved();
    }

    private ServingMetrics Of(string model)
    {
        if (!_models.TryGetValue(model, out var metrics))
            _models.Add(
                model,
                metrics = new ServingMetrics(Definitions, _objectives) { CountsUnserved = CountsUnserved }
            );
        return metrics;
    }
}
