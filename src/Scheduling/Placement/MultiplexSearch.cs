// Owns the placement of several LLMs on the meshes of a cluster, some of them together.
namespace Tern.Scheduling.Placement;

/// <summary>
/// MuxServe's placement (ICML 2024, §3.2, algorithms 1 and 2): for every way to cut the nodes into meshes, LLMs are placed one by one,
/// the largest load first, and the best partition wins. A pure function of its arguments. The greedy alternatives of the paper's
/// ablation differ in how an LLM chooses its mesh.
/// </summary>
public sealed class MultiplexSearch
{
    private readonly Options _options;

    /// <summary>Creates a search.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public MultiplexSearch(Options options) => _options = options.Validated();

    /// <summary>Sizes, limits and the paper's constants.</summary>
    public sealed record Options
    {
        /// <summary>Nodes, all alike.</summary>
        public required int Nodes { get; init; }

        /// <summary>GPUs of a node; a mesh never spans two.</summary>
        public required int GpusPerNode { get; init; }

        /// <summary>Bytes of memory of a GPU.</summary>
        public double GpuMemoryBytes { get; init; } = 80e9;

        /// <summary>Share of the memory that can be used at all (released code: 0.98).</summary>
        public double UsableMemory { get; init; } = 0.98;

        /// <summary>Bytes of activations and context an LLM takes of its mesh beside weights (released code: 6 GB).</summary>
        public double ActivationBytesPerLlm { get; init; } = 6e9;

        /// <summary>Share of a mesh's memory that weights may take (released code: 0.9 · (1 − 0.4)), so that KV has room.</summary>
        public double MaxWeightShare { get; init; } = 0.54;

        /// <summary>Numbers of GPUs a mesh may have (algorithm 2).</summary>
        public IReadOnlyList<int> MeshSizes { get; init; } = [8, 4, 2, 1];

        /// <summary>Parts the compute units are handed out in (released code: 10).</summary>
        public int Parts { get; init; } = 10;

        /// <summary>Fewest parts a decode gets (released code: 30 %).</summary>
        public int MinDecodeParts { get; init; } = 3;

        /// <summary>Most parts a decode gets (released code: 90 %).</summary>
        public int MaxDecodeParts { get; init; } = 9;

        /// <summary>Parts by which the decodes of a unit may together exceed the device (released code: 20 %).</summary>
        public int OverbookedParts { get; init; } = 2;

        /// <summary>Most sequences decoded at once, for each GPU of the mesh (released cost table: 256).</summary>
        public int MaxBatchPerGpu { get; init; } = 256;

        /// <summary>A rate counts as met within this share of the throughput … (released code: 10 %).</summary>
        public double SlackShare { get; init; } = 0.1;

        /// <summary>… and within this many requests a second (released code: 0.5).</summary>
        public double SlackPerSecond { get; init; } = 0.5;

        /// <summary>How an LLM chooses its mesh.</summary>
        public PlacementStrategy Strategy { get; init; } = PlacementStrategy.LargestGain;

        /// <summary>Returns these options if they make sense.</summary>
        /// <exception cref="ArgumentOutOfRangeException">One does not; it is named, with what would be valid.</exception>
        public Options Validated()
        {
            Require(Nodes >= 1, nameof(Nodes), Nodes, "at least 1");
            Require(GpusPerNode >= 1, nameof(GpusPerNode), GpusPerNode, "at least 1");
            Require(GpuMemoryBytes > 0, nameof(GpuMemoryBytes), GpuMemoryBytes, "positive");
            Require(UsableMemory is > 0 and <= 1, nameof(UsableMemory), UsableMemory, "above 0 and at most 1");
            Require(MaxWeightShare is > 0 and <= 1, nameof(MaxWeightShare), MaxWeightShare, "above 0 and at most 1");
            Require(Parts >= 1, nameof(Parts), Parts, "at least 1");
            Require(
                MinDecodeParts >= 1 && MinDecodeParts <= MaxDecodeParts,
                nameof(MinDecodeParts),
                MinDecodeParts,
                $"from 1 to {nameof(MaxDecodeParts)} ({MaxDecodeParts})"
            );
            Require(MaxDecodeParts <= Parts, nameof(MaxDecodeParts), MaxDecodeParts, $"at most {Parts} parts");
            Require(OverbookedParts >= 0, nameof(OverbookedParts), OverbookedParts, "not negative");
            Require(MaxBatchPerGpu >= 1, nameof(MaxBatchPerGpu), MaxBatchPerGpu, "at least 1");
            return this;
        }

        private static void Require(bool holds, string name, object value, string valid)
        {
            if (!holds)
                throw new ArgumentOutOfRangeException(name, value, $"{name} must be {valid}.");
        }
    }

    /// <summary>Places the LLMs; null if no partition has room for all of them.</summary>
    /// <exception cref="ArgumentException">No LLMs, two of the same name, or one with a number that makes no sense.</exception>
    public MultiplexPlan? Search(IReadOnlyList<MultiplexedLlm> llms)
    {
        CheckAll(llms);
        var placer = new MeshPlacer(_options, llms);
        var partitions = MeshPartitions.OfNode(_options.GpusPerNode, [.. _options.MeshSizes]);
        // Splitting meshes on the way is how the memory-greedy alternative finds its partition: it starts from whole nodes.
        if (_options.Strategy == PlacementStrategy.MostMemory)
            partitions =
            [
                [_options.GpusPerNode],
            ];
        var largestNeeded = llms.Max(llm => llm.MinGpus);
        var (considered, feasible) = (0, 0);
        MultiplexPlan? best = null;
        MultiplexPlan? second = null;
        var bestScore = double.NegativeInfinity;
        foreach (var choice in MeshPartitions.OfCluster(_options.Nodes, partitions))
        {
            int[] meshes = [.. choice.SelectMany(node => node).OrderDescending()];
            if (meshes[0] < largestNeeded || meshes.Length > llms.Count)
                continue;
            considered++;
            if (placer.Place(meshes) is not { } placement)
                continue;
            feasible++;
            var plan = new MultiplexPlan
            {
                Units = placement.Units,
                NodePartitions = choice,
                Throughput = placement.Throughput,
                Considered = 0,
                Feasible = 0,
            };
            if (placement.Score > bestScore)
            {
                (best, second) = (plan, best is not null && !SameUnits(best, plan) ? best : second);
                bestScore = placement.Score;
            }
            else if ((second is null || plan.Throughput > second.Throughput) && !SameUnits(best!, plan))
            {
                second = plan;
            }
        }
        return best is null ? null : best with { Considered = considered, Feasible = feasible, RunnerUp = second };
    }

    private static bool SameUnits(MultiplexPlan one, MultiplexPlan other) =>
        one.Units.Count == other.Units.Count
        && one.Units.Zip(other.Units)
            .All(pair =>
                pair.First.Gpus == pair.Second.Gpus
                && pair.First.Llms.Select(placed => placed.Llm.Name)
                    .SequenceEqual(pair.Second.Llms.Select(placed => placed.Llm.Name))
            );

    private static void CheckAll(IReadOnlyList<MultiplexedLlm> llms)
    {
        if (llms.Count is 0 or > MeshPlacer.MostLlms)
            throw new ArgumentException(
                $"there must be 1 to {MeshPlacer.MostLlms} LLMs, not {llms.Count}",
                nameof(llms)
            );
        HashSet<string> names = [];
        foreach (var llm in llms)
        {
            if (!names.Add(llm.Name))
                throw new ArgumentException($"two LLMs are named '{llm.Name}'; names must differ", nameof(llms));
            Check(llm, nameof(llm.RatePerSecond), llm.RatePerSecond);
            Check(llm, nameof(llm.PromptTokens), llm.PromptTokens);
            Check(llm, nameof(llm.OutputTokens), llm.OutputTokens);
            Check(llm, nameof(llm.WeightBytes), llm.WeightBytes);
            Check(llm, nameof(llm.KvBytesPerToken), llm.KvBytesPerToken);
            Check(llm, nameof(llm.ComputeWeight), llm.ComputeWeight);
            Check(llm, nameof(llm.MinGpus), llm.MinGpus);
        }
    }

    private static void Check(MultiplexedLlm llm, string what, double value)
    {
        if (!(value > 0) || double.IsInfinity(value))
            throw new ArgumentException($"LLM '{llm.Name}': {what} is {value}; it must be positive and finite");
    }
}
