// Owns plan files: written whole or not at all, read with every field checked.
using System.Text.Json;
using Tern.Scheduling.Systems;

namespace Tern.Simulation.Planning;

/// <summary>A plan as JSON.</summary>
public static class PlanFile
{
    /// <summary>Writes a plan; the file has its old content or the whole new one at any moment.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, DeploymentPlan plan) => WriteWhole(path, Text(plan));

    /// <inheritdoc cref="Write(string, DeploymentPlan)"/>
    public static void Write(string path, MultiplexedPlan plan) =>
        WriteWhole(path, JsonSerializer.Serialize(plan, PlanningJsonContext.Default.MultiplexedPlan) + "\n");

    private static void WriteWhole(string path, string text)
    {
        var beside = path + ".new";
        File.WriteAllText(beside, text);
        File.Move(beside, path, overwrite: true);
    }

    /// <summary>The text of a plan file.</summary>
    public static string Text(DeploymentPlan plan) =>
        JsonSerializer.Serialize(plan, PlanningJsonContext.Default.DeploymentPlan) + "\n";

    /// <summary>Reads a plan.</summary>
    /// <exception cref="PlanningFormatException">A field is bad; it is named, with what would be valid.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static DeploymentPlan Read(string path) => Parse(File.ReadAllText(path), path);

    /// <summary>Reads the text of a plan.</summary>
    /// <param name="json">The text.</param>
    /// <param name="file">Where it is from, for messages.</param>
    /// <exception cref="PlanningFormatException">A field is bad; it is named, with what would be valid.</exception>
    public static DeploymentPlan Parse(string json, string file = "plan")
    {
        var plan = PlanningJson.Read(json, PlanningJsonContext.Default.DeploymentPlan, file);
        Require(plan.Gpus >= 1, "gpus", plan.Gpus, "at least 1");
        Require(plan.Rate is null or > 0, "rate", plan.Rate, "positive");
        Require(plan.Ranked.Count > 0, "ranked", "no deployment", "at least one");
        for (var i = 0; i < plan.Ranked.Count; i++)
            Check(plan.Ranked[i], $"ranked[{i}]");
        return plan;

        void Check(PlannedDeployment deployment, string at)
        {
            Require(
                SystemCatalog.All.Any(system => system.Name == deployment.System),
                $"{at}.system",
                deployment.System,
                $"one of {string.Join(", ", SystemCatalog.All.Select(system => system.Name))}"
            );
            Require(deployment.Copies >= 1, $"{at}.copies", deployment.Copies, "at least 1");
            Require(deployment.GoodputPerGpu > 0, $"{at}.goodput_per_gpu", deployment.GoodputPerGpu, "positive");
            Require(deployment.Segments is null or >= 1, $"{at}.segments", deployment.Segments, "at least 1");
            var together = deployment is { Instance: not null, Prefill: null, Decode: null };
            var apart = deployment is { Instance: null, Prefill: not null, Decode: not null };
            Require(together || apart, at, "another set of cuts", "either 'instance' or 'prefill' and 'decode'");
            var devices =
                DevicesOf(deployment.Instance, $"{at}.instance")
                + DevicesOf(deployment.Prefill, $"{at}.prefill")
                + DevicesOf(deployment.Decode, $"{at}.decode");
            Require(
                deployment.Gpus == deployment.Copies * devices,
                $"{at}.gpus",
                deployment.Gpus,
                $"{deployment.Copies} copies of {devices} devices"
            );
        }

        Int128 DevicesOf(PlannedDeployment.Cut? cut, string at)
        {
            if (cut is null)
                return 0;
            Require(cut.Instances >= 1, $"{at}.instances", cut.Instances, "at least 1");
            Require(cut.Tensor >= 1, $"{at}.tensor", cut.Tensor, "at least 1");
            Require(cut.Pipeline >= 1, $"{at}.pipeline", cut.Pipeline, "at least 1");
            return (Int128)cut.Instances * cut.Tensor * cut.Pipeline;
        }

        void Require(bool holds, string field, object? value, string valid)
        {
            if (!holds)
                throw new PlanningFormatException(file, field, FormattableString.Invariant($"{value} is not {valid}"));
        }
    }
}
