// Owns what an engine's policies are told about step times: measured, kept from an earlier start, or an order of magnitude.
using System.Globalization;
using Tern.Engine.Loading;
using Tern.Scheduling.Latency;

namespace Tern.Engine.Calibration;

/// <summary>Step times for the policies of one engine, and where they come from.</summary>
/// <param name="Latency">The times.</param>
/// <param name="MeasuredNow">What was measured, in a sentence; null when nothing was.</param>
/// <param name="Sentences">Where the times come from, for the engine's summary; none where nobody decides by them.</param>
internal sealed record EngineEstimate(ILatencyModel Latency, string? MeasuredNow, IReadOnlyList<string> Sentences)
{
    /// <summary>The estimate that the options ask for.</summary>
    /// <exception cref="CostFileException">A kept file is needed and damaged.</exception>
    /// <exception cref="EngineStartException">An encoder is to be measured.</exception>
    public static EngineEstimate Of(LoadedModel model, string path, EngineOptions options, EngineLimits limits)
    {
        var needed = EngineSystems.DecidesByStepTimes(EngineSystems.Get(options.System));
        var wanted = options.Calibration switch
        {
            CalibrationMode.Never => false,
            CalibrationMode.WhenNeeded => needed,
            _ => true,
        };
        if (model.Network.Config.IsEncoder && options.Calibration == CalibrationMode.Always)
            throw new EngineStartException(
                nameof(EngineOptions.Calibration),
                $"Calibration measures models that generate; {path} is an encoder ({model.Network.Config.Architecture})"
            );
        if (!wanted || model.Network.Config.IsEncoder)
            return new(EngineSystems.Estimate(model.WeightBytes), null, needed ? [Guessed(options.System)] : []);
        var store = new CostStore(path);
        if (
            options.Calibration == CalibrationMode.WhenNeeded
            && store.Find(CostKey.Of(path, model.Backend.Name, options)) is { } kept
        )
        {
            var found = kept.Curves.Latency();
            return new(found, null, [Measured(found, $"kept in {kept.File}")]);
        }
        var start = LlmEngine.NowMs();
        var curves = Calibrator.Measure(model, path, options, limits, Calibrator.StartBudget, LlmEngine.NowMs);
        var where = Keep(store, curves);
        var latency = curves.Latency();
        return new(
            latency,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Measured {curves.Points.Count} of {curves.Planned} steps in {(LlmEngine.NowMs() - start) / 1000:0.0} s, {where}."
            ),
            [Measured(latency, where)]
        );
    }

    private static string Keep(CostStore store, CostCurves curves)
    {
        try
        {
            return $"kept in {store.Keep(curves)}";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The engine can serve with what it knows; the next one measures again.
            return $"kept nowhere ({error.Message})";
        }
    }

    private static string Measured(Calibrated latency, string where) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Step times: {latency.Steps} measured steps (mean error {latency.MeanRelativeError:P1}), {where}; Calibration measures anew."
        );

    private static string Guessed(string system) =>
        $"Step times, by which {system} decides, are an order of magnitude; Calibration measures them.";
}
