// Owns the error of an engine that can no longer serve.
namespace Tern.Engine;

/// <summary>The engine stopped after an error it could not attribute to a request; every request fails until it is restarted.</summary>
/// <param name="cause">The error.</param>
public sealed class EngineFaultedException(Exception cause)
    : Exception($"the engine stopped after an error: {cause.Message}", cause);
