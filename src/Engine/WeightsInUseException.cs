// Owns the error of a change of weights while they are used.
namespace Tern.Engine;

/// <summary>The weights cannot change while requests are running: let them end, or cancel them, first.</summary>
/// <param name="requests">Requests that are running or wait.</param>
public sealed class WeightsInUseException(int requests)
    : Exception(
        $"the weights cannot change while requests use them: {requests} are running or wait; let them end or cancel them first"
    );
