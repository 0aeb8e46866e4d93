// Owns which deployments a list of systems stands for.
namespace Tern.Simulation.Deployments;

/// <summary>Reads lists of systems.</summary>
public static class DeploymentList
{
    /// <summary>The deployments of systems on the same devices.</summary>
    /// <param name="systems">Names separated by commas, or <c>all</c>: every system that can be deployed like this.</param>
    /// <param name="spec">Everything but the system.</param>
    /// <param name="leftOut">Is told which systems <c>all</c> leaves out, and why.</param>
    /// <exception cref="DeploymentException">One cannot be deployed, is named twice, or of <c>all</c> none can be.</exception>
    public static IReadOnlyList<SimulatedDeployment> Of(string systems, DeploymentSpec spec, Action<string> leftOut)
    {
        if (systems == "all")
            return All(spec, leftOut);
        var names = systems.Split(',', StringSplitOptions.TrimEntries);
        foreach (var name in names)
        {
            if (names.Count(other => other == name) > 1)
                throw new DeploymentException($"system '{name}'", "it is named twice; name it once");
        }
        return [.. names.Select(name => SimulatedDeployment.Of(spec with { System = name }))];
    }

    private static List<SimulatedDeployment> All(DeploymentSpec spec, Action<string> leftOut)
    {
        var deployments = new List<SimulatedDeployment>();
        var problems = new List<DeploymentException>();
        foreach (var (name, _, _) in DeploymentCatalog.All)
        {
            try
            {
                deployments.Add(SimulatedDeployment.Of(spec with { System = name }));
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
