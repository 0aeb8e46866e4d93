// Owns what a planner answers.
namespace Tern.Simulation.Planning;

/// <summary>Deployments for one model and cluster, best first, and why. <see cref="PlanFile"/> writes and reads it.</summary>
public sealed record DeploymentPlan
{
    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The device.</summary>
    public required string Device { get; init; }

    /// <summary>Devices of the cluster.</summary>
    public required int Gpus { get; init; }

    /// <summary>Requests per second that were asked for; absent: as many as possible.</summary>
    public double? Rate { get; init; }

    /// <summary>The deployments, the one to run first.</summary>
    public required IReadOnlyList<PlannedDeployment> Ranked { get; init; }

    /// <summary>Why the first is the first.</summary>
    public required string Reason { get; init; }

    /// <summary>What the second would cost; absent without a second.</summary>
    public string? PriceOfSecond { get; init; }

    /// <summary>Deployments that cannot be run at all.</summary>
    public required int Refused { get; init; }
}
