// Owns the description of a simulated cluster that serves one model.
using Tern.Scheduling;

namespace Tern.Simulation;

/// <summary>Workers, the policies they run, and the link between them.</summary>
public sealed record ClusterPlan
{
    /// <summary>The policies. Its routing chooses among the workers that take requests and, with migration, among those that decode.</summary>
    public required ServingSystem System { get; init; }

    /// <summary>The workers.</summary>
    public required IReadOnlyList<WorkerPlan> Workers { get; init; }

    /// <summary>The link by which a worker receives keys and values from another; each receiving worker has its own.</summary>
    public LinkPlan KvLink { get; init; } = LinkPlan.Instant;

    /// <summary>Devices in all.</summary>
    public int Devices => Workers.Sum(worker => worker.Devices);

    /// <summary>A cluster of equal workers.</summary>
    public static ClusterPlan Of(ServingSystem system, WorkerPlan worker, int count = 1) =>
        new() { System = system, Workers = [.. Enumerable.Repeat(worker, count)] };

    /// <summary>Returns the plan if it makes sense.</summary>
    /// <exception cref="ArgumentException">Roles are missing or do not go together, phases share a device, or an option makes no sense.</exception>
    public ClusterPlan Validated()
    {
        if (System.Sharing is not null)
            throw new ArgumentException(
                $"'{System.Name}' runs both phases side by side on one device; {nameof(SharedDeviceWorker)} simulates that, a cluster does not"
            );
        var (whole, prefill, decode) = (0, 0, 0);
        foreach (var worker in Workers)
        {
            worker.Options.Validated();
            switch (worker.Options.Role)
            {
                case WorkerRole.Whole:
                    whole++;
                    break;
                case WorkerRole.Prefill:
                    prefill++;
                    break;
                default:
                    decode++;
                    break;
            }
        }
        if (prefill + whole == 0)
            throw new ArgumentException($"'{System.Name}': no worker takes requests; at least one must prefill");
        if (prefill > 0 && (decode == 0 || System.Migration is null))
            throw new ArgumentException(
                $"'{System.Name}': {prefill} workers only prefill; that needs workers that decode (there are {decode}) and a migration policy"
            );
        if (prefill == 0 && System.Migration is not null)
            throw new ArgumentException(
                $"'{System.Name}' hands sequences from workers that prefill to workers that decode; none of the {Workers.Count} has these roles"
            );
        if (decode > 0 && prefill == 0)
            throw new ArgumentException($"'{System.Name}': {decode} workers only decode, and none prefills for them");
        return this;
    }
}
