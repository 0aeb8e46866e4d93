// Owns the question "what happens when this workload meets that deployment".
using Tern.Simulation.Workloads;

namespace Tern.Simulation;

/// <summary>A deployment (devices, schedulers, policies) that serves workloads in virtual time.</summary>
public interface ISimulation
{
    /// <summary>
    /// Serves all requests from idle to idle, deterministically: equal workloads give equal results. The workload is read as time goes
    /// on, so it may be longer than memory; memory holds what is in flight.
    /// </summary>
    /// <param name="workload">The requests in order of arrival.</param>
    /// <param name="cancellation">Ends the run; heeded once in 1024 events.</param>
    /// <exception cref="ArgumentOutOfRangeException">Arrivals go back in time.</exception>
    /// <exception cref="OperationCanceledException">The run was ended.</exception>
    SimulationResult Run(IEnumerable<TraceRequest> workload, CancellationToken cancellation = default);
}
