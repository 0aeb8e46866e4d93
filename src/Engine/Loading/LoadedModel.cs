// Owns everything that comes out of a model's files, and its end.
using Tern.Formats;
using Tern.Kernels;
using Tern.Kernels.Cpu;
using Tern.Models;
using Tern.Tensors;
using Tern.Tokenizers;

namespace Tern.Engine.Loading;

/// <summary>A model ready to run: file, backend, network, tokenizer, template and recommendations.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly ModelFile _file;
    private readonly PackedCache? _cache;

    private LoadedModel(
        ModelFile file,
        IBackend backend,
        CausalModel network,
        Tokenizer tokenizer,
        bool isOwner,
        PackedCache? cache
    )
    {
        (_file, Backend, Network, Tokenizer) = (file, backend, network, tokenizer);
        (IsOwner, _cache) = (isOwner, cache);
        VocabularySize = Math.Min(network.Config.VocabularySize, tokenizer.VocabularySize);
        ChatTemplateSource = ChatTemplateReader.Read(file);
        Defaults = GenerationDefaults.Read(file, VocabularySize);
        EndTokens = new HashSet<int>([.. tokenizer.EndTokens, .. Defaults.EndTokens]);
        WeightBytes = file.Tensors.Values.Sum(tensor => tensor.ByteLength);
    }

    /// <summary>Whether file and backend are its own.</summary>
    public bool IsOwner { get; }

    public IBackend Backend { get; }

    public CausalModel Network { get; }

    public Tokenizer Tokenizer { get; }

    /// <summary>Tokens that can be given and chosen: those that network and tokenizer both know.</summary>
    public int VocabularySize { get; }

    public string? ChatTemplateSource { get; }

    public GenerationDefaults Defaults { get; }

    public IReadOnlySet<int> EndTokens { get; }

    public long WeightBytes { get; }

    /// <summary>How it went with the file of packed weights; null where the options want none.</summary>
    public PackedCacheReport? PackedWeights { get; private init; }

    /// <summary>The weights as the file has them.</summary>
    public IEnumerable<Tensor> Tensors => _file.Tensors.Values;

    /// <summary>Opens a GGUF file or a Hugging Face directory.</summary>
    public static LoadedModel Open(string path, EngineOptions options)
    {
        var file = ModelFile.Open(path);
        CpuBackend? backend = null;
        PackedCache? cache = null;
        try
        {
            cache = options.PackedCache ? PackedCache.Open(file) : null;
            int threads = options.Threads ?? ProcessorCores.Physical();
            backend = new CpuBackend(threads, options.Numerics) { Kept = cache is null ? null : cache.Find };
            return Build(file, backend, options, isOwner: true, cache);
        }
        catch
        {
            backend?.Dispose();
            cache?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Makes a model of an opened file; file and backend stay the caller's.</summary>
    public static LoadedModel Of(ModelFile file, IBackend backend, EngineOptions options) =>
        Build(file, backend, options, isOwner: false, cache: null);

    /// <summary>Frees the network; stops the workers and unmaps the weights unless they are somebody else's.</summary>
    public void Dispose()
    {
        Network.Dispose();
        if (!IsOwner)
            return;
        Backend.Dispose();
        _cache?.Dispose();
        _file.Dispose();
    }

    private static LoadedModel Build(
        ModelFile file,
        IBackend backend,
        EngineOptions options,
        bool isOwner,
        PackedCache? cache
    )
    {
        // The tokenizer is built beside the network, which mostly waits for memory.
        var tokenizing = Task.Run(() => TokenizerReader.Read(file));
        CausalModel? network = null;
        try
        {
            network = ModelLoader.Load(file, backend, options.ContextLength);
            var tokenizer = tokenizing.GetAwaiter().GetResult();
            // GGUF files carry one token a row; directories may pad the matrix.
            if (!Directory.Exists(file.Path) && tokenizer.VocabularySize != network.Config.VocabularySize)
                throw file.Metadata.Error(
                    "tokenizer.ggml.tokens",
                    $"has {tokenizer.VocabularySize} tokens, but the token embedding has {network.Config.VocabularySize} rows"
                );
            return new LoadedModel(file, backend, network, tokenizer, isOwner, cache)
            {
                PackedWeights = cache?.Finish(network.Weights),
            };
        }
        catch
        {
            Task.WaitAny(tokenizing); // it reads the file, which may be closed next
            network?.Dispose();
            throw;
        }
    }
}
