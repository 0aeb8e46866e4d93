// Owns sequences that grow in step, with a cache of their own: what evaluation and benchmarks feed a network.
using Tern.Kernels;
using Tern.Models;
using Tern.Models.KvCache;
using Tern.Tensors;

namespace Tern.Cli.Evaluation;

/// <summary>Some sequences of equal length. Each owns one contiguous run of cache blocks.</summary>
internal sealed class SequenceBatch : IDisposable
{
    private const int BlockSize = 32;

    /// <summary>Rows of one pass: enough for speed, small beside any model.</summary>
    public const int RowsAtOnce = 2048;

    // Floats of a pass's output (64 MB).
    private const int OutputAtOnce = 1 << 24;

    private readonly CausalModel _model;
    private readonly int _sequences;
    private readonly int _capacity;
    private readonly int _blocksEach;
    private readonly PagedKvCache _cache;
    private readonly int[] _blockTables;

    /// <summary>Allocates the cache.</summary>
    /// <param name="model">The network; must outlive the batch.</param>
    /// <param name="sequences">Sequences.</param>
    /// <param name="capacity">Tokens that each may grow to.</param>
    /// <param name="cacheType">Element type of the cache.</param>
    /// <exception cref="CommandLineException">The capacity exceeds the model's context.</exception>
    /// <exception cref="KvCacheTypeException">The model's heads do not fill the type's blocks.</exception>
    public SequenceBatch(CausalModel model, int sequences, int capacity, DType cacheType)
    {
        if (capacity > model.Config.ContextLength)
            throw new CommandLineException(
                $"{capacity} tokens exceed the context of {model.Config.ContextLength} tokens"
            );
        (_model, _sequences, _capacity) = (model, sequences, capacity);
        _blocksEach = (capacity + BlockSize - 1) / BlockSize;
        _cache = model.CreateCache(checked(sequences * _blocksEach), BlockSize, cacheType);
        _blockTables = [.. Enumerable.Range(0, _cache.BlockCount)];
    }

    /// <summary>Receives a run of output rows.</summary>
    /// <param name="first">Which of the fed tokens the first row belongs to.</param>
    /// <param name="rows"><c>[rows, <see cref="Width"/>]</c>, valid during the call.</param>
    public delegate void RowsHandler(int first, ReadOnlySpan<float> rows);

    /// <summary>Tokens of each sequence so far.</summary>
    public int Length { get; private set; }

    /// <summary>Values of an output row: the vocabulary, or an encoder's width.</summary>
    public int Width => _model.Config.IsEncoder ? _model.Config.EmbeddingLength : _model.Config.VocabularySize;

    /// <summary>Forgets what comes after the first tokens of each sequence.</summary>
    /// <param name="length">Tokens that stay.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many.</exception>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <summary>Appends tokens to a batch of one sequence in as many passes as it takes.</summary>
    /// <param name="tokens">What comes next.</param>
    /// <param name="wanted">Whose rows the handler gets.</param>
    /// <param name="handle">Called in order, never for <see cref="OutputRows.None"/>.</param>
    public void Feed(ReadOnlySpan<int> tokens, OutputRows wanted, RowsHandler? handle = null)
    {
        int atOnce = wanted == OutputRows.All ? Math.Clamp(OutputAtOnce / Width, 1, RowsAtOnce) : RowsAtOnce;
        if (_model.Config.IsEncoder)
            atOnce = Math.Max(1, tokens.Length); // its tokens see the later ones
        float[] output = [];
        for (int start = 0; start < tokens.Length; start += atOnce)
        {
            var part = tokens.Slice(start, Math.Min(atOnce, tokens.Length - start));
            bool isEnd = start + part.Length == tokens.Length;
            var rows = wanted == OutputRows.Last && !isEnd ? OutputRows.None : wanted;
            int count = rows switch
            {
                OutputRows.All => part.Length,
                OutputRows.Last => 1,
                _ => 0,
            };
            int size = checked(count * Width);
            if (output.Length < size)
                output = new float[size];
            Append(part, rows, output.AsSpan(0, size));
            if (count > 0)
                handle?.Invoke(start + part.Length - count, output.AsSpan(0, size));
        }
    }

    /// <summary>Appends tokens to every sequence in one pass.</summary>
    /// <param name="tokens"><c>[sequences, added]</c>.</param>
    /// <param name="wanted">Whose rows are written.</param>
    /// <param name="output">Receives exactly the wanted rows, sequence after sequence.</param>
    public void Append(ReadOnlySpan<int> tokens, OutputRows wanted, Span<float> output)
    {
        int added = tokens.Length / _sequences;
        if (added * _sequences != tokens.Length || Length + added > _capacity)
            throw new ArgumentException($"{tokens.Length} tokens do not fit {_sequences} sequences of {_capacity}");
        var positions = new int[tokens.Length];
        var slots = new int[tokens.Length];
        var sequences = new AttentionSequence[_sequences];
        for (int row = 0; row < tokens.Length; row++)
        {
            int position = Length + row % added;
            positions[row] = position;
            slots[row] = row / added * _blocksEach * BlockSize + position;
        }
        for (int i = 0; i < _sequences; i++)
            sequences[i] = new AttentionSequence(i * added, added, Length + added, i * _blocksEach);
        var input = new ForwardInput
        {
            Tokens = tokens.ToArray(),
            Positions = positions,
            Slots = slots,
            Sequences = sequences,
            BlockTables = _blockTables,
            OutputRows = wanted switch
            {
                OutputRows.All => [.. Enumerable.Range(0, tokens.Length)],
                OutputRows.Last => [.. Enumerable.Range(1, _sequences).Select(i => i * added - 1)],
                _ => Array.Empty<int>(),
            },
        };
        _model.Forward(input, _cache, output);
        Length += added;
    }

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();
}
