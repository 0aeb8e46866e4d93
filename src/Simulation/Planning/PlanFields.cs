// Owns what the fields of plan files may hold.
using Tern.Scheduling.Latency;
using Tern.Scheduling.Placement;
using Tern.Scheduling.Systems;

namespace Tern.Simulation.Planning;

/// <summary>Checks the fields of a plan; what is wrong is named by its path in the file.</summary>
/// <param name="file">The file, for messages.</param>
internal sealed class PlanFields(string file)
{
    /// <summary>Checks a plan for one model.</summary>
    /// <exception cref="PlanningFormatException">A field is bad; it is named, with what would be valid.</exception>
    public void Check(DeploymentPlan plan)
    {
        Require(plan.Gpus >= 1, "gpus", plan.Gpus, "at least 1");
        Require(plan.Rate is null or > 0, "rate", plan.Rate, "positive");
        Require(plan.Ranked.Count > 0, "ranked", "no deployment", "at least one");
        for (var i = 0; i < plan.Ranked.Count; i++)
            Check(plan.Ranked[i], $"ranked[{i}]");
    }

    /// <summary>Checks a plan for several models.</summary>
    /// <exception cref="PlanningFormatException">A field is bad; it is named, with what would be valid.</exception>
    public void Check(MultiplexedPlan plan)
    {
        RequireName(DeviceCatalog.All.Select(device => device.Name), "device", plan.Device);
        Require(plan.Gpus >= 1, "gpus", plan.Gpus, "at least 1");
        Require(plan.Units.Count > 0, "units", "no mesh", "at least one");
        HashSet<string> names = [];
        for (var i = 0; i < plan.Units.Count; i++)
        {
            var unit = plan.Units[i];
            Require(unit.Gpus >= 1, $"units[{i}].gpus", unit.Gpus, "at least 1");
            Require(unit.Models.Count > 0, $"units[{i}].models", "no model", "at least one");
            for (var j = 0; j < unit.Models.Count; j++)
            {
                var (at, placed) = ($"units[{i}].models[{j}]", unit.Models[j]);
                Require(
                    placed.Name.Length > 0 && names.Add(placed.Name),
                    $"{at}.name",
                    $"'{placed.Name}'",
                    "a new name"
                );
                RequireName(ModelCatalog.All.Select(model => model.Name), $"{at}.model", placed.Model);
                Require(placed.Rate > 0, $"{at}.rate", placed.Rate, "positive");
                Require(placed.Throughput >= 0, $"{at}.throughput", placed.Throughput, "at least 0");
                var share = placed.DecodeShare;
                Require(share is > 0 and <= 1, $"{at}.decode_share", share, "above 0 and at most 1");
                Require(placed.Batch >= 1, $"{at}.batch", placed.Batch, "at least 1");
                RequireName(Enum.GetNames<ServingLimit>(), $"{at}.limit", placed.Limit);
            }
        }
        var taken = plan.Units.Sum(unit => (long)unit.Gpus);
        Require(taken <= plan.Gpus, "units", $"{taken} devices in all", $"at most the {plan.Gpus} of 'gpus'");
    }

    private void Check(PlannedDeployment deployment, string at)
    {
        RequireName(SystemCatalog.All.Select(system => system.Name), $"{at}.system", deployment.System);
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

    private Int128 DevicesOf(PlannedDeployment.Cut? cut, string at)
    {
        if (cut is null)
            return 0;
        Require(cut.Instances >= 1, $"{at}.instances", cut.Instances, "at least 1");
        Require(cut.Tensor >= 1, $"{at}.tensor", cut.Tensor, "at least 1");
        Require(cut.Pipeline >= 1, $"{at}.pipeline", cut.Pipeline, "at least 1");
        return (Int128)cut.Instances * cut.Tensor * cut.Pipeline;
    }

    private void RequireName(IEnumerable<string> known, string field, string name) =>
        Require(known.Contains(name), field, name, $"one of {string.Join(", ", known)}");

    private void Require(bool holds, string field, object? value, string valid)
    {
        if (!holds)
            throw new PlanningFormatException(file, field, FormattableString.Invariant($"{value} is not {valid}"));
    }
}
