// Owns the axis "how a prefix whose keys and values lie in a slow tier comes back".
namespace Tern.Scheduling.Restore;

/// <summary>
/// Decides which tokens of a stored prefix are computed (from the front) and which are loaded (from the back). Asked whenever one of the
/// two sides is idle: at the start, after each step and each read, and at <see cref="RestoreStep.LookAgainMs"/>.
/// </summary>
public interface IRestorePolicy
{
    /// <summary>What the idle sides begin now.</summary>
    /// <param name="state">Cursors, what is in flight, estimates and measurements.</param>
    /// <param name="tokenBudget">
    /// Rows that the next step has left for this request after decodes and prefills without a stored prefix (CAKE, §4 Part 3); 0 while
    /// it is starved of the device, and loading goes on alone.
    /// </param>
    /// <param name="nowMs">Now.</param>
    RestoreStep Next(RestoreState state, int tokenBudget, double nowMs);
}
