// Owns what an engine finds out when it starts: how much fits into this machine.
using Tern.Models;
using Tern.Models.KvCache;

namespace Tern.Engine;

/// <summary>Sizes discovered at start, from the model, the options and the free memory.</summary>
public sealed record EngineLimits
{
    /// <summary>Memory left to the system and to scratch buffers when the KV memory is sized from what is free.</summary>
    public const long ReserveBytes = 512L << 20;

    /// <summary>Share of the free memory, after weights and reserve, that the KV cache takes.</summary>
    public const double FreeShare = 0.6;

    /// <summary>Longest sequence in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>KV blocks; 0 for models that keep nothing between steps.</summary>
    public required int BlockCount { get; init; }

    /// <summary>Bytes of all blocks.</summary>
    public required long KvBytes { get; init; }

    /// <summary>What was chosen and why, in sentences.</summary>
    public required IReadOnlyList<string> Sentences { get; init; }

    /// <summary>Sizes the KV cache.</summary>
    /// <param name="model">The loaded model.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="freeBytes">Memory the process may still take, weights already subtracted.</param>
    /// <exception cref="EngineStartException">The options ask for more than there is.</exception>
    public static EngineLimits Discover(CausalModel model, EngineOptions options, long freeBytes)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        var config = model.Config;
        if (options.ContextLength > config.TrainedContextLength)
            throw new EngineStartException(
                nameof(EngineOptions.ContextLength),
                $"ContextLength is {options.ContextLength}, but the model was trained for {config.TrainedContextLength} tokens"
            );
        if (config.IsEncoder)
            return new EngineLimits
            {
                ContextLength = config.ContextLength,
                BlockCount = 0,
                KvBytes = 0,
                Sentences =
                [
                    $"Context: {config.ContextLength} tokens a text (ContextLength lowers it); an encoder needs no KV cache.",
                ],
            };

        long blockBytes = checked(TokenBytes(model, options) * options.BlockSize);
        long blocksPerContext = (config.ContextLength + options.BlockSize - 1L) / options.BlockSize;
        long useful = Math.Min(blocksPerContext * options.MaxSequences, Array.MaxLength / options.BlockSize);
        long budget = options.KvCacheBytes ?? (long)(Math.Max(0, freeBytes - ReserveBytes) * FreeShare);
        long blocks = Math.Min(budget / blockBytes, useful);
        if (blocks < 1)
            throw new EngineStartException(
                nameof(EngineOptions.KvCacheBytes),
                $"a KV block takes {Bytes(blockBytes)} and there are {Bytes(budget)} for the cache; KvCacheBytes sets more, BlockSize makes blocks smaller"
            );
        long context = Math.Min(config.ContextLength, blocks * options.BlockSize);
        if (options.ContextLength > context)
            throw new EngineStartException(
                nameof(EngineOptions.KvCacheBytes),
                $"ContextLength {options.ContextLength} needs {Bytes(blocksPerContext * blockBytes)} of KV cache and there are {Bytes(blocks * blockBytes)}; "
                    + "lower ContextLength or set KvCacheBytes"
            );
        return new EngineLimits
        {
            ContextLength = (int)context,
            BlockCount = (int)blocks,
            KvBytes = blocks * blockBytes,
            Sentences = [KvSentence(options, blocks, blockBytes, useful), ContextSentence(config, context)],
        };
    }

    /// <summary>A size for people, in binary units.</summary>
    internal static string Bytes(long bytes) =>
        bytes switch
        {
            >= 1L << 30 => $"{bytes / (double)(1L << 30):0.00} GiB",
            >= 1L << 20 => $"{bytes / (double)(1L << 20):0.0} MiB",
            _ => $"{bytes / 1024.0:0.0} KiB",
        };

    private static long TokenBytes(CausalModel model, EngineOptions options)
    {
        try
        {
            return model.KvBytesPerToken(options.KvCacheType);
        }
        catch (KvCacheTypeException error)
        {
            throw new EngineStartException(nameof(EngineOptions.KvCacheType), $"KvCacheType: {error.Message}");
        }
    }

    private static string KvSentence(EngineOptions options, long blocks, long blockBytes, long useful)
    {
        string why =
            blocks == useful ? $"all that {options.MaxSequences} sequences (MaxSequences) of full context can use"
            : options.KvCacheBytes is not null ? "as KvCacheBytes says"
            : $"{FreeShare:P0} of the memory free after weights and a reserve of {Bytes(ReserveBytes)}";
        return $"KV cache: {blocks} blocks of {options.BlockSize} tokens, {options.KvCacheType}, {Bytes(blocks * blockBytes)}: {why}; KvCacheBytes and KvCacheType override.";
    }

    private static string ContextSentence(ModelConfig config, long context) =>
        context < config.TrainedContextLength && context < config.ContextLength
            ? $"Context: {context} tokens, limited by the KV cache (the model was trained for {config.TrainedContextLength}); KvCacheBytes raises it."
            : $"Context: {context} tokens (the model was trained for {config.TrainedContextLength}); ContextLength lowers it.";
}
