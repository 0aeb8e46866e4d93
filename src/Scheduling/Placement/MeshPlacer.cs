// Owns the placing of LLMs on meshes of given sizes, one after the other.
namespace Tern.Scheduling.Placement;

/// <summary>The greedy step of the search. Estimates are kept: a unit's depends only on its size and on who is in it.</summary>
internal sealed class MeshPlacer
{
    /// <summary>Most LLMs: sets of them are bits.</summary>
    public const int MostLlms = 64;

    private readonly MultiplexSearch.Options _options;
    private readonly MultiplexedLlm[] _llms;
    private readonly UnitEstimator _estimator;
    private readonly Dictionary<(int Llm, int Gpus), (int Parts, int Batch, double Throughput, bool Met)?> _alone = [];
    private readonly Dictionary<(int Gpus, ulong Members), PlacedLlm[]?> _units = [];
    private readonly double _totalRate;

    public MeshPlacer(MultiplexSearch.Options options, IReadOnlyList<MultiplexedLlm> llms)
    {
        _options = options;
        _estimator = new UnitEstimator(options);
        _totalRate = llms.Sum(llm => llm.RatePerSecond);
        // Sorting is stable, so equal LLMs stay in the caller's order.
        _llms =
            options.Strategy == PlacementStrategy.MostMemory
                ? [.. llms.OrderByDescending(llm => llm.MinGpus).ThenByDescending(llm => llm.Load)]
                : [.. llms.OrderByDescending(llm => llm.Load).ThenByDescending(llm => llm.ComputeWeight)];
    }

    /// <summary>
    /// Places all LLMs; null if one finds no mesh. The score is what the strategy compares partitions by: MuxServe's the estimate of the
    /// units, the alternatives' that of each LLM as if it were alone, since colocation is what they do not look at.
    /// </summary>
    public (IReadOnlyList<MultiplexUnit> Units, double Throughput, double Score)? Place(int[] sizes)
    {
        List<Mesh> meshes = [.. sizes.Select(gpus => new Mesh(gpus))];
        var aloneScore = 0.0;
        for (var i = 0; i < _llms.Length; i++)
        {
            var mesh = _options.Strategy switch
            {
                PlacementStrategy.LargestGain => LargestGain(meshes, i),
                PlacementStrategy.EmptiestMesh => Emptiest(meshes, i),
                _ => MostMemory(meshes, i),
            };
            if (mesh is null)
                return null;
            mesh.Add(i, _llms[i], AloneOn(i, mesh.Gpus)!.Value.Parts);
            aloneScore += AloneOn(i, mesh.Gpus)!.Value.Throughput;
        }
        List<MultiplexUnit> units = [];
        var throughput = 0.0;
        foreach (var mesh in meshes.OrderByDescending(mesh => mesh.Gpus))
        {
            if (mesh.Members.Count == 0)
                continue;
            if (EstimateOf(mesh.Gpus, mesh.Set) is not { } placed)
                return null;
            // The estimate is kept by set; the unit lists its LLMs in the order of the bits, which is the order of placing.
            units.Add(new MultiplexUnit(mesh.Gpus, placed));
            throughput += ValueOf(placed);
        }
        throughput /= _totalRate;
        var score = _options.Strategy == PlacementStrategy.LargestGain ? throughput : aloneScore;
        return (units, throughput, score);
    }

    /// <summary>
    /// The mesh whose unit's throughput, weighted by rates as the whole plan's is, grows most. Ties: the smaller mesh, then the one with
    /// less load on each GPU, then the first.
    /// </summary>
    private Mesh? LargestGain(List<Mesh> meshes, int llm)
    {
        Mesh? best = null;
        var bestGain = double.NegativeInfinity;
        foreach (var mesh in meshes)
        {
            if (!HasRoom(mesh, llm) || EstimateOf(mesh.Gpus, mesh.Set | (1UL << llm)) is not { } joined)
                continue;
            var gain = ValueOf(joined) - (mesh.Set == 0 ? 0 : ValueOf(EstimateOf(mesh.Gpus, mesh.Set)!));
            if (
                gain > bestGain
                || (gain == bestGain && (mesh.Gpus, mesh.LoadPerGpu).CompareTo((best!.Gpus, best.LoadPerGpu)) < 0)
            )
                (best, bestGain) = (mesh, gain);
        }
        return best;
    }

    private Mesh? Emptiest(List<Mesh> meshes, int llm) =>
        meshes
            .Where(mesh => HasRoom(mesh, llm))
            .OrderBy(mesh => mesh.LoadPerGpu)
            .ThenByDescending(mesh => FreeWeightBytes(mesh))
            .FirstOrDefault();

    private Mesh? MostMemory(List<Mesh> meshes, int llm)
    {
        var chosen = meshes
            .Where(mesh => HasRoom(mesh, llm))
            // An idle mesh before a used one; of idle ones the smallest, of used ones that with the most memory left on each GPU.
            .OrderBy(mesh => mesh.Members.Count > 0)
            .ThenBy(mesh => mesh.Members.Count > 0 ? -FreeWeightBytes(mesh) / mesh.Gpus : mesh.Gpus)
            .FirstOrDefault();
        if (chosen is null || chosen.Members.Count > 0)
            return chosen;
        // An idle mesh is halved as long as half of it is enough; the other half stays idle.
        while (
            chosen.Gpus % 2 == 0
            && _options.MeshSizes.Contains(chosen.Gpus / 2)
            && AloneOn(llm, chosen.Gpus / 2) is { Met: true }
            && HasRoom(new Mesh(chosen.Gpus / 2), llm)
        )
        {
            var half = new Mesh(chosen.Gpus / 2);
            meshes.Remove(chosen);
            meshes.AddRange([half, new Mesh(half.Gpus)]);
            chosen = half;
        }
        return chosen;
    }

    /// <summary>
    /// Room for weights, and for the decode share: once the decodes of a unit may together exceed the device a little. Heads must be of a
    /// size, as the LLMs of a mesh draw KV blocks from one pool (<see cref="Blocks.HeadwiseBlocks"/>).
    /// </summary>
    private bool HasRoom(Mesh mesh, int llm) =>
        AloneOn(llm, mesh.Gpus) is { } alone
        && FreeWeightBytes(mesh) >= _llms[llm].WeightBytes
        && (mesh.Members.Count == 0 || _llms[mesh.Members[0]].HeadDimension == _llms[llm].HeadDimension)
        && mesh.Parts + alone.Parts <= _options.Parts + _options.OverbookedParts;

    private double FreeWeightBytes(Mesh mesh) =>
        _options.MaxWeightShare * _options.GpuMemoryBytes * mesh.Gpus
        - mesh.WeightBytes
        - mesh.Members.Count * _options.ActivationBytesPerLlm;

    private (int Parts, int Batch, double Throughput, bool Met)? AloneOn(int llm, int gpus)
    {
        if (!_alone.TryGetValue((llm, gpus), out var alone))
            _alone.Add((llm, gpus), alone = _estimator.Alone(_llms[llm], gpus));
        return alone;
    }

    private PlacedLlm[]? EstimateOf(int gpus, ulong members)
    {
        if (_units.TryGetValue((gpus, members), out var placed))
            return placed;
        List<(MultiplexedLlm, int)> llms = [];
        for (var left = members; left != 0; left &= left - 1)
        {
            var llm = System.Numerics.BitOperations.TrailingZeroCount(left);
            llms.Add((_llms[llm], AloneOn(llm, gpus)!.Value.Parts));
        }
        placed = _estimator.Together(gpus, llms);
        _units.Add((gpus, members), placed);
        return placed;
    }

    private static double ValueOf(PlacedLlm[] placed)
    {
        var value = 0.0;
        foreach (var one in placed)
            value += one.Llm.RatePerSecond * one.Throughput;
        return value;
    }

    private sealed class Mesh(int gpus)
    {
        public int Gpus => gpus;

        public List<int> Members { get; } = [];

        public ulong Set { get; private set; }

        public int Parts { get; private set; }

        public double WeightBytes { get; private set; }

        public double LoadPerGpu { get; private set; }

        public void Add(int llm, MultiplexedLlm model, int parts)
        {
            Members.Add(llm);
            Set |= 1UL << llm;
            Parts += parts;
            WeightBytes += model.WeightBytes;
            LoadPerGpu += model.Load / gpus;
        }
    }
}
