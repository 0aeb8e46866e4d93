// Owns which deployments a list of systems stands for.
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Deployments;

/// <summary>Reads lists of systems.</summary>
public static class DeploymentList
{
    /// <summary>
    /// The deployments of systems on the same devices. Several models share them under MuxServe; other systems give each model
    /// devices of its own.
    /// </summary>
    /// <param name="systems">Names separated by commas, or <c>all</c>: every system that can be deployed like this.</param>
    /// <param name="spec">Everything but system and models.</param>
    /// <param name="models">The models.</param>
    /// <param name="workload">The requests, by which devices are divided between several models.</param>
    /// <param name="leftOut">Is told which systems <c>all</c> leaves out, and why.</param>
    /// <exception cref="DeploymentException">One cannot be deployed, is named twice, or of <c>all</c> none can be.</exception>
    /// <exception cref="ModelNameException">A request asks for a model that is not served, or none asks for one that is.</exception>
    public static IReadOnlyList<IDeployment> Of(
        string systems,
        DeploymentSpec spec,
        IReadOnlyList<ServedModel> models,
        RatedWorkload workload,
        Action<string> leftOut
    )
    {
        var of = Deploy(spec, models, workload);
        if (systems == "all")
            return All(of, leftOut);
        var names = systems.Split(',', StringSplitOptions.TrimEntries);
        foreach (var name in names)
        {
            if (names.Count(other => other == name) > 1)
                throw new DeploymentException($"system '{name}'", "it is named twice; name it once");
        }
        return [.. names.Select(of)];
    }

    private static Func<string, IDeployment> Deploy(
        DeploymentSpec spec,
        IReadOnlyList<ServedModel> models,
        RatedWorkload workload
    )
    {
        // One model serves whatever a workload calls its only one.
        if (models.Count == 1 && workload.Models.Count <= 1)
            return system => SimulatedDeployment.Of(spec with { System = system, Model = models[0].Shape.Name });
        var loads = ModelLoad.Of(workload, models);
        spec = spec with { Model = string.Join(", ", models) };
        return system =>
            system == Scheduling.Systems.MuxServe.System.Name
                ? MultiplexedDeployment.Of(spec with { System = system }, loads)
                : PartitionedDeployment.Of(spec with { System = system }, loads);
    }

    private static List<IDeployment> All(Func<string, IDeployment> of, Action<string> leftOut)
    {
        var deployments = new List<IDeployment>();
        var problems = new List<DeploymentException>();
        foreach (var (name, _, _) in DeploymentCatalog.All)
        {
            try
            {
                deployments.Add(of(name));
            }
            catch (DeploymentException problem)
            {
                problems.Add(problem);
            }
        }
        // What is wrong with every system is wrong with the rest of the command.
        if (deployments.Count == 0)
            throw problems[0];
        foreach (var problem in problems)
            leftOut($"left out: {problem.Message}");
        return deployments;
    }
}
