// Owns the names of where step times come from.
namespace Tern.Simulation.Deployments;

/// <summary>What a deployment's steps take.</summary>
public enum LatencySource
{
    /// <summary>Computed from the device's data sheet and the model's dimensions.</summary>
    Roofline,

    /// <summary>The coefficients that DistServe publishes, for the models and degrees it profiled on A100 80 GB.</summary>
    Published,

    /// <summary>A table fitted to the user's own measurements of one instance.</summary>
    Measured,

    /// <summary>The curves of a real machine, <see cref="DeploymentSpec.Machine"/>.</summary>
    Calibrated,
}
