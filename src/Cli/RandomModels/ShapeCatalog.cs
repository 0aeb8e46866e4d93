// Owns the shapes that "tern random" knows.
namespace Tern.Cli.RandomModels;

/// <summary>Published shapes (the models' config.json), a small mixture of experts, and a tiny one for tests.</summary>
internal static class ShapeCatalog
{
    /// <summary>All shapes.</summary>
    public static IReadOnlyList<ModelShape> All { get; } =
    [
        new()
        {
            Name = "llama-3.2-1b",
            Architecture = "llama",
            Layers = 16,
            Width = 2048,
            Heads = 32,
            KvHeads = 8,
            HeadLength = 64,
            FeedForward = 8192,
            Vocabulary = 128_256,
            Context = 131_072,
            RopeBase = 500_000,
            Epsilon = 1e-5f,
            IsTied = true,
            RopeFactor = 32,
        },
        new()
        {
            Name = "qwen2.5-0.5b",
            Architecture = "qwen2",
            Layers = 24,
            Width = 896,
            Heads = 14,
            KvHeads = 2,
            HeadLength = 64,
            FeedForward = 4864,
            Vocabulary = 151_936,
            Context = 32_768,
            RopeBase = 1_000_000,
            Epsilon = 1e-6f,
            IsTied = true,
        },
        new()
        {
            Name = "qwen3-0.6b",
            Architecture = "qwen3",
            Layers = 28,
            Width = 1024,
            Heads = 16,
            KvHeads = 8,
            HeadLength = 128,
            FeedForward = 3072,
            Vocabulary = 151_936,
            Context = 40_960,
            RopeBase = 1_000_000,
            Epsilon = 1e-6f,
            IsTied = true,
        },
        new()
        {
            Name = "tinyllama-1.1b",
            Architecture = "llama",
            Layers = 22,
            Width = 2048,
            Heads = 32,
            KvHeads = 4,
            HeadLength = 64,
            FeedForward = 5632,
            Vocabulary = 32_000,
            Context = 2048,
            RopeBase = 10_000,
            Epsilon = 1e-5f,
        },
        // No published model: Qwen3-30B-A3B (48 layers of 2048, 128 experts) cut down until it fits a small machine.
        new()
        {
            Name = "qwen3-moe-1.4b",
            Architecture = "qwen3moe",
            Layers = 16,
            Width = 1024,
            Heads = 16,
            KvHeads = 4,
            HeadLength = 128,
            FeedForward = 768,
            Experts = 32,
            ExpertsUsed = 8,
            Vocabulary = 151_936,
            Context = 40_960,
            RopeBase = 1_000_000,
            Epsilon = 1e-6f,
            IsTied = true,
        },
        new()
        {
            Name = "tiny",
            Architecture = "llama",
            Layers = 2,
            Width = 256,
            Heads = 4,
            KvHeads = 2,
            HeadLength = 64,
            FeedForward = 512,
            Vocabulary = 512,
            Context = 512,
            RopeBase = 10_000,
            Epsilon = 1e-5f,
        },
    ];

    /// <summary>The shape of a name.</summary>
    /// <exception cref="CommandLineException">There is none.</exception>
    public static ModelShape Find(string name) =>
        All.FirstOrDefault(shape => string.Equals(shape.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new CommandLineException(
            $"'{name}' is no known shape; known are {string.Join(", ", All.Select(shape => shape.Name))}"
        );
}
