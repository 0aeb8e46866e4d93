// Owns the checks that keep a wrong batch from reading or writing memory that is not its own.
using Tern.Models.KvCache;

namespace Tern.Models.Layers;

/// <summary>Checks a <see cref="ForwardInput"/> against model and cache.</summary>
internal static class ForwardInputCheck
{
    /// <exception cref="ArgumentException">Something does not fit; the message says what.</exception>
    public static void Check(in ForwardInput input, PagedKvCache cache, ModelConfig config, int outputLength)
    {
        int rows = input.Tokens.Length;
        if (input.Positions.Length != rows)
            throw Error($"{rows} tokens but {input.Positions.Length} positions");
        InRange(input.Tokens.Span, config.VocabularySize, "token");
        InRange(input.Positions.Span, config.ContextLength, "position");
        InRange(input.OutputRows.Span, rows, "output row");
        int width = config.IsEncoder ? config.EmbeddingLength : config.VocabularySize;
        if (outputLength != (long)input.OutputRows.Length * width)
            throw Error($"{input.OutputRows.Length} output rows of {width} do not fit an output of {outputLength}");
        if (!config.IsEncoder)
            CheckCache(input, cache, config);
        CheckSequences(input, cache, config);
    }

    private static void CheckCache(in ForwardInput input, PagedKvCache cache, ModelConfig config)
    {
        if (cache.LayerCount != config.LayerCount)
            throw Error($"the cache has {cache.LayerCount} layers, the model {config.LayerCount}");
        if (input.Slots.Length != input.Tokens.Length)
            throw Error($"{input.Tokens.Length} tokens but {input.Slots.Length} slots");
        InRange(input.Slots.Span, (long)cache.BlockCount * cache.BlockSize, "slot");
        InRange(input.BlockTables.Span, cache.BlockCount, "block");
    }

    private static void CheckSequences(in ForwardInput input, PagedKvCache cache, ModelConfig config)
    {
        int row = 0;
        foreach (var sequence in input.Sequences.Span)
        {
            if (sequence.QueryStart != row || sequence.QueryCount < 1)
                throw Error($"{sequence} does not continue at row {row} with one row or more");
            if (sequence.ContextLength < sequence.QueryCount || sequence.ContextLength > config.ContextLength)
                throw Error($"{sequence}: the context is not between its rows and {config.ContextLength} tokens");
            if (config.IsEncoder && sequence.ContextLength != sequence.QueryCount)
                throw Error($"{sequence}: an encoder needs whole sequences");
            long blocks = config.IsEncoder ? 0 : ((long)sequence.ContextLength + cache.BlockSize - 1) / cache.BlockSize;
            if (sequence.BlockTableStart < 0 || sequence.BlockTableStart + blocks > input.BlockTables.Length)
                throw Error($"{sequence} needs {blocks} blocks of a table of {input.BlockTables.Length}");
            row += sequence.QueryCount;
        }
        if (row != input.Tokens.Length)
            throw Error($"the sequences cover {row} of {input.Tokens.Length} rows");
    }

    private static void InRange(ReadOnlySpan<int> values, long limit, string what)
    {
        foreach (int value in values)
        {
            if (value < 0 || value >= limit)
                throw Error($"{what} {value} is not between 0 and {limit - 1}");
        }
    }

    private static ArgumentException Error(string message) => new($"forward input: {message}");
}
