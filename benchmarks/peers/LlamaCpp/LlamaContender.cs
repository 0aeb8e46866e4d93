// Owns llama.cpp's side of the comparison: one model, one set of worker threads.
namespace Tern.Peers.LlamaCpp;

/// <summary>The model in llama.cpp, with the default parameters of its release.</summary>
internal sealed class LlamaContender : IContender
{
    private readonly nint _model;
    private readonly nint _threadPool;
    private readonly int _threads;

    /// <summary>Loads a model.</summary>
    /// <param name="path">A GGUF file.</param>
    /// <param name="threads">Threads for prompts and for single tokens.</param>
    /// <exception cref="LlamaCppException">llama.cpp refuses the file.</exception>
    public LlamaContender(string path, int threads)
    {
        _threads = threads;
        _model = NativeMethods.LoadModel(path, NativeMethods.DefaultModelParams());
        if (_model == 0)
            throw new LlamaCppException($"llama.cpp does not load {path}. {LlamaLibrary.Complaints()}");
        _threadPool = LlamaLibrary.NewThreadPool(threads);
        VocabularySize = NativeMethods.VocabularySize(NativeMethods.Vocabulary(_model));
    }

    /// <inheritdoc/>
    public string Description => LlamaLibrary.Description;

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public ISequences Sequences(int count, int capacity) =>
        new LlamaSequences(_model, _threadPool, _threads, VocabularySize, count, capacity);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMethods.FreeModel(_model);
        LlamaLibrary.FreeThreadPool(_threadPool);
    }
}
