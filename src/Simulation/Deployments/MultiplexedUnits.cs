// Owns the way from a placement of models on meshes to units that can be simulated.
using Tern.Scheduling.Blocks;
using Tern.Scheduling.Latency;
using Tern.Scheduling.Partitioning;
using Tern.Simulation.Planning;
using Tern.Simulation.Workloads;

namespace Tern.Simulation.Deployments;

/// <summary>Builds units in which everything but the sharing is as in the deployments of one model: memory, engine, limits.</summary>
internal static class MultiplexedUnits
{
    private static readonly KvCapacity.Options _memory = new();

    /// <summary>The units of a placement.</summary>
    /// <exception cref="DeploymentException">Models of a mesh cannot share it.</exception>
    public static UnitPlan[] Of(
        MultiplexedPlan plan,
        IReadOnlyDictionary<string, ModelLoad> loads,
        DeviceSheet device,
        DeploymentSpec spec
    ) => [.. plan.Units.Select((unit, i) => Unit($"mesh {i + 1}", unit, loads, device, spec))];

    private static UnitPlan Unit(
        string name,
        MultiplexedPlan.Unit unit,
        IReadOnlyDictionary<string, ModelLoad> loads,
        DeviceSheet device,
        DeploymentSpec spec
    )
    {
        ModelLoad[] models = [.. unit.Models.Select(placed => loads[placed.Name])];
        var first = models[0].Model.Shape;
        var bytesPerElement = first.LayerKvBytesPerToken / (2.0 * first.KvHeads * first.HeadDimension);
        var blocks = new HeadwiseBlocks(first.HeadDimension, bytesPerElement);
        var batching = AdaptiveBatching.Adbs;
        try
        {
            if (models.FirstOrDefault(load => load.Model.Shape.HeadDimension != first.HeadDimension) is { } other)
                throw new ArgumentException(
                    $"heads of {other.Model.Name} have {other.Model.Shape.HeadDimension} elements, those of {models[0].Model.Name} {first.HeadDimension}, and so they cannot share KV blocks"
                );
            UnitLlmPlan[] llms = [.. models.Zip(unit.Models, (load, placed) => Llm(load, placed.DecodeShare))];
            var weights = models.Sum(load => (double)load.Model.Shape.WeightBytes);
            var free = device.MemoryBytes * (_memory.MemoryUtilization - _memory.RuntimeReserve) * unit.Gpus - weights;
            var kvBlocks = blocks.CountIn(free);
            // One sequence of each model must fit at once, or they could wait for each other.
            var longest = kvBlocks / llms.Sum(llm => (long)llm.GroupBlocks) * blocks.TokensPerBlock;
            if (longest == 0)
                throw new ArgumentException("beside the weights there is no room for a sequence of each model");
            return new UnitPlan
            {
                Name = name,
                Gpus = unit.Gpus,
                KvBlocks = kvBlocks,
                BlockBytes = blocks.BlockBytes,
                BlockSize = blocks.TokensPerBlock,
                Batching = batching,
                MaxBatchTokens = spec.MaxBatchTokens,
                MaxSequences = spec.MaxSequences,
                MaxModelLength = (int)Math.Min(spec.MaxModelLength, longest),
                Llms = llms,
            };
        }
        catch (ArgumentException problem)
        {
            throw new DeploymentException(
                $"{name} ({unit.Gpus} × {device.Name}: {string.Join(", ", unit.Models.Select(placed => placed.Name))})",
                $"{problem.Message}; give more devices, or models that can share them"
            );
        }

        UnitLlmPlan Llm(ModelLoad load, double decodeShare)
        {
            var shape = load.Model.Shape;
            var copies = Math.Max(1, unit.Gpus / shape.KvHeads);
            return new UnitLlmPlan
            {
                Name = load.Model.Name,
                RatePerSecond = load.RatePerSecond,
                SequenceTokens = load.PromptTokens + load.OutputTokens,
                GroupBlocks =
                    copies * blocks.GroupOf(load.Model.Name, shape.Layers, shape.KvHeads, shape.HeadDimension),
                PrefillParts = PrefillParts(shape),
                DecodeParts = Math.Clamp((int)Math.Round(decodeShare * batching.Parts), 1, batching.Parts),
                Latency = ColocatedRoofline.Of(device, shape, unit.Gpus),
            };
        }
    }

    /// <summary>The released code gives prefills of 7B 8 parts of 10, of 13B 9, and of larger models all; sizes between go with the nearest.</summary>
    private static int PrefillParts(ModelShape shape) =>
        shape.Parameters switch
        {
            < 10_000_000_000 => 8,
            < 20_000_000_000 => 9,
            _ => 10,
        };
}
