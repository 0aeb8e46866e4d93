// Owns one llama_context with its cache and the batch it is fed with.
using Tern.Cli.Evaluation;

namespace Tern.Peers.LlamaCpp;

/// <summary>Sequences of equal length in one context.</summary>
internal sealed unsafe class LlamaSequences : ISequences
{
    private readonly nint _context;
    private readonly nint _threadPool;
    private readonly int _vocabularySize;
    private readonly int _count;
    private readonly int _capacity;
    private Batch _batch;
    private int _length;

    /// <summary>Allocates the cache. Everything but sizes and threads is llama.cpp's default: flash attention where it
    /// can be, keys and values in F16, a part of the cache for each sequence.</summary>
    /// <exception cref="LlamaCppException">llama.cpp refuses.</exception>
    public LlamaSequences(nint model, nint threadPool, int threads, int vocabularySize, int count, int capacity)
    {
        (_threadPool, _vocabularySize, _count, _capacity) = (threadPool, vocabularySize, count, capacity);
        int tokens = checked(count * capacity);
        var parameters = NativeMethods.DefaultContextParams();
        parameters.Context = (uint)tokens;
        parameters.Batch = Math.Max(parameters.Batch, (uint)tokens);
        parameters.Sequences = (uint)count;
        (parameters.Threads, parameters.BatchThreads) = (threads, threads);
        _context = NativeMethods.NewContext(model, parameters);
        if (_context == 0)
            throw new LlamaCppException(
                $"llama.cpp makes no context of {count} sequences of {capacity} tokens. {LlamaLibrary.Complaints()}"
            );
        NativeMethods.AttachThreadPool(_context, threadPool, threadPool);
        _batch = NativeMethods.NewBatch(tokens, embedding: 0, sequencesOfToken: 1);
    }

    /// <inheritdoc/>
    public void Truncate(int length)
    {
        nint memory = NativeMethods.Memory(_context);
        for (int sequence = 0; sequence < _count; sequence++)
            if (NativeMethods.RemoveFromMemory(memory, sequence, length, end: -1) == 0)
                throw new LlamaCppException($"llama.cpp cannot forget the tokens after {length} of this model.");
        _length = length;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens, OutputRows wanted)
    {
        int added = tokens.Length / _count;
        if (added * _count != tokens.Length || _length + added > _capacity)
            throw new ArgumentException($"{tokens.Length} tokens do not fit {_count} sequences of {_capacity}");
        _batch.Count = tokens.Length;
        int rows = 0;
        for (int row = 0; row < tokens.Length; row++)
        {
            bool isOutput = wanted == OutputRows.All || (wanted == OutputRows.Last && row % added == added - 1);
            _batch.Tokens[row] = tokens[row];
            _batch.Positions[row] = _length + row % added;
            _batch.SequenceCounts[row] = 1;
            _batch.Sequences[row][0] = row / added;
            _batch.Outputs[row] = isOutput ? (byte)1 : (byte)0;
            rows += isOutput ? 1 : 0;
        }
        int status = NativeMethods.Decode(_context, _batch);
        if (status != 0)
            throw new LlamaCppException($"llama_decode returned {status}. {LlamaLibrary.Complaints()}");
        NativeMethods.Synchronize(_context);
        _length += added;
        return rows == 0
            ? []
            : new ReadOnlySpan<float>(NativeMethods.Logits(_context), checked(rows * _vocabularySize));
    }

    /// <inheritdoc/>
    public void Rest() => LlamaLibrary.PauseThreadPool(_threadPool);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMethods.FreeBatch(_batch);
        NativeMethods.FreeContext(_context);
    }
}
