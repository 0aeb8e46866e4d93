// Owns the models whose dimensions are known.
namespace Tern.Scheduling.Latency;

/// <summary>
/// Models by name, in 16 bits. Dimensions: OPT, table 1 (arXiv 2205.01068); LLaMA, table 2 (2302.13971); Llama 2 (2307.09288);
/// Llama 3, table 3 (2407.21783); Qwen2.5, table 1 (2412.15115); and the <c>config.json</c> that each model is released with.
/// </summary>
public static class ModelCatalog
{
    /// <summary>All models.</summary>
    public static IReadOnlyList<ModelShape> All { get; } =
    [
        Opt("opt-13b", 40, 5120, 40),
        Opt("opt-66b", 64, 9216, 72),
        Opt("opt-175b", 96, 12288, 96),
        Llama("llama-7b", 32, 4096, 32, 32, 11008, 32000),
        Llama("llama-13b", 40, 5120, 40, 40, 13824, 32000),
        Llama("llama-30b", 60, 6656, 52, 52, 17920, 32000),
        Llama("llama-65b", 80, 8192, 64, 64, 22016, 32000),
        Llama("llama-2-7b", 32, 4096, 32, 32, 11008, 32000),
        Llama("llama-3-8b", 32, 4096, 32, 8, 14336, 128256),
        Llama("llama-3.1-8b", 32, 4096, 32, 8, 14336, 128256),
        Llama("llama-3.1-70b", 80, 8192, 64, 8, 28672, 128256),
        Llama("llama-3.2-1b", 16, 2048, 32, 8, 8192, 128256, tied: true),
        Llama("qwen2.5-0.5b", 24, 896, 14, 2, 4864, 151936, tied: true),
        Llama("qwen2.5-14b", 48, 5120, 40, 8, 13824, 152064),
        Llama("qwen2.5-32b", 64, 5120, 40, 8, 27648, 152064),
        // Llama 2 with a padding token, trained further on long contexts (2309.12307).
        Llama("longalpaca-7b", 32, 4096, 32, 32, 11008, 32001),
        Llama("longalpaca-13b", 40, 5120, 40, 40, 13824, 32001),
    ];

    /// <summary>The model with this name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static ModelShape Get(string name)
    {
        foreach (var model in All)
        {
            if (model.Name == name)
                return model;
        }
        throw new ArgumentException(
            $"unknown model '{name}'; known are {string.Join(", ", All.Select(m => m.Name))}",
            nameof(name)
        );
    }

    private static ModelShape Opt(string name, int layers, int hidden, int heads) =>
        new()
        {
            Name = name,
            Layers = layers,
            Hidden = hidden,
            Heads = heads,
            KvHeads = heads,
            HeadDimension = hidden / heads,
            FeedForward = 4 * hidden,
            Gated = false,
            Vocabulary = 50272,
            TiedEmbedding = true,
            // 2,048 positions, stored at an offset of 2.
            LearnedPositions = 2050,
        };

    private static ModelShape Llama(
        string name,
        int layers,
        int hidden,
        int heads,
        int kvHeads,
        int feedForward,
        int vocabulary,
        bool tied = false
    ) =>
        new()
        {
            Name = name,
            Layers = layers,
            Hidden = hidden,
            Heads = heads,
            KvHeads = kvHeads,
            HeadDimension = hidden / heads,
            FeedForward = feedForward,
            Gated = true,
            Vocabulary = vocabulary,
            TiedEmbedding = tied,
        };
}
