// Owns what a comparison has to know of a system on its devices.
using Tern.Simulation.Reports;

namespace Tern.Simulation.Deployments;

/// <summary>A system on devices, checked and ready to be simulated: one model, or several by name.</summary>
public interface IDeployment
{
    /// <summary>The system's name in tables.</summary>
    string Name { get; }

    /// <summary>What was asked for.</summary>
    DeploymentSpec Spec { get; }

    /// <summary>Names of the models it tells apart; empty: it serves one, whatever requests call it.</summary>
    IReadOnlyList<string> Models { get; }

    /// <summary>How the system uses its devices, in a few words.</summary>
    string Layout { get; }

    /// <summary>Which devices have which model, in one line.</summary>
    string Instances { get; }

    /// <summary>A simulation for one run.</summary>
    /// <param name="gauges">Watch the run over time.</param>
    ISimulation Simulation(RunGauges? gauges = null);

    /// <summary>Throws if no request at all could meet the objective: a limit is below what one token alone takes.</summary>
    /// <exception cref="DeploymentException">It is; limit and time are named.</exception>
    void CheckObjective(ServiceObjective objective, MetricDefinitions definitions);
}
