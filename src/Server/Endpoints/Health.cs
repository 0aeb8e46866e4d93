// Owns the health routes: alive means that work is progressing, not merely that the process answers.
using Tern.Server.OpenAi;

namespace Tern.Server.Endpoints;

/// <summary>Tells whether the engine progresses and whether it takes requests.</summary>
internal sealed class Health(ServedModel model, ServerOptions options, IHostApplicationLifetime lifetime)
{
    /// <summary>200 while the engine completes steps whenever it has work; 503 otherwise.</summary>
    public IResult Live() => Answer(Stall());

    /// <summary>200 while requests are taken; 503 while draining or dead.</summary>
    public IResult Ready() =>
        Answer(lifetime.ApplicationStopping.IsCancellationRequested ? "the server is draining" : Stall());

    private string? Stall()
    {
        var stats = model.Engine.Stats;
        if (stats.Fault is { } fault)
            return $"the engine stopped: {fault.GetType().Name}";
        return stats.MsWithoutProgress > options.LivenessTimeout.TotalMilliseconds
            ? $"the engine has work but completed no step for {stats.MsWithoutProgress / 1000:F0} s"
            : null;
    }

    private static IResult Answer(string? problem) =>
        problem is null
            ? Results.Json(new HealthWire("ok", Reason: null), WireJson.Wire.HealthWire)
            : Results.Json(
                new HealthWire("failing", problem),
                WireJson.Wire.HealthWire,
                statusCode: StatusCodes.Status503ServiceUnavailable
            );
}
