// Owns the numbers that make the shape of a decoder: what a benchmark needs of a published model.
namespace Tern.Cli.RandomModels;

/// <summary>Hyperparameters of a decoder, as its publisher's config.json has them.</summary>
internal sealed record ModelShape
{
    /// <summary>Name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>GGUF architecture: llama, qwen2, qwen3 or qwen3moe.</summary>
    public required string Architecture { get; init; }

    /// <summary>Blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int Width { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key/value heads.</summary>
    public required int KvHeads { get; init; }

    /// <summary>Elements of a head.</summary>
    public required int HeadLength { get; init; }

    /// <summary>Inner width of the feed-forward layers; of a mixture, of each expert.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Tokens.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Tokens of a sequence.</summary>
    public required int Context { get; init; }

    /// <summary>Base of the rotary frequencies.</summary>
    public required float RopeBase { get; init; }

    /// <summary>Epsilon of the norms.</summary>
    public required float Epsilon { get; init; }

    /// <summary>Whether the output matrix is the token embedding.</summary>
    public bool IsTied { get; init; }

    /// <summary>Llama 3's factor on low frequencies; 0 = none.</summary>
    public float RopeFactor { get; init; }

    /// <summary>Experts of each feed-forward layer; 0 = dense.</summary>
    public int Experts { get; init; }

    /// <summary>Experts that a token goes through.</summary>
    public int ExpertsUsed { get; init; }
}
