// Owns the declarations of the C functions that are called.
using System.Reflection;
using System.Runtime.InteropServices;

namespace Tern.Peers.LlamaCpp;

/// <summary>Functions of libllama, libggml and libggml-base.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Llama = "libllama.v0.5.0.so";
    private const string Ggml = "libggml.v0.5.0.so";
    private const string GgmlBase = "libggml-base.so";

    /// <summary>Says where the libraries are. Once a process.</summary>
    public static void LoadFrom(string folder) =>
        NativeLibrary.SetDllImportResolver(
            Assembly.GetExecutingAssembly(),
            (name, _, _) => NativeLibrary.Load(Path.Combine(folder, name))
        );

    [LibraryImport(Llama, EntryPoint = "llama_version")]
    public static partial byte* Version();

    [LibraryImport(Llama, EntryPoint = "llama_log_set")]
    public static partial void SetLog(delegate* unmanaged[Cdecl]<int, byte*, nint, void> callback, nint data);

    [LibraryImport(Ggml, EntryPoint = "ggml_backend_load_all_from_path", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void LoadBackends(string folder);

    [LibraryImport(Llama, EntryPoint = "llama_backend_init")]
    public static partial void Initialize();

    [LibraryImport(Llama, EntryPoint = "llama_model_default_params")]
    public static partial ModelParams DefaultModelParams();

    [LibraryImport(Llama, EntryPoint = "llama_model_load_from_file", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint LoadModel(string path, ModelParams parameters);

    [LibraryImport(Llama, EntryPoint = "llama_model_free")]
    public static partial void FreeModel(nint model);

    [LibraryImport(Llama, EntryPoint = "llama_model_get_vocab")]
    public static partial nint Vocabulary(nint model);

    [LibraryImport(Llama, EntryPoint = "llama_vocab_n_tokens")]
    public static partial int VocabularySize(nint vocabulary);

    [LibraryImport(Llama, EntryPoint = "llama_context_default_params")]
    public static partial ContextParams DefaultContextParams();

    [LibraryImport(Llama, EntryPoint = "llama_init_from_model")]
    public static partial nint NewContext(nint model, ContextParams parameters);

    [LibraryImport(Llama, EntryPoint = "llama_free")]
    public static partial void FreeContext(nint context);

    [LibraryImport(Llama, EntryPoint = "llama_get_memory")]
    public static partial nint Memory(nint context);

    [LibraryImport(Llama, EntryPoint = "llama_memory_seq_rm")]
    public static partial byte RemoveFromMemory(nint memory, int sequence, int first, int end);

    [LibraryImport(Llama, EntryPoint = "llama_batch_init")]
    public static partial Batch NewBatch(int tokens, int embedding, int sequencesOfToken);

    [LibraryImport(Llama, EntryPoint = "llama_batch_free")]
    public static partial void FreeBatch(Batch batch);

    [LibraryImport(Llama, EntryPoint = "llama_decode")]
    public static partial int Decode(nint context, Batch batch);

    [LibraryImport(Llama, EntryPoint = "llama_synchronize")]
    public static partial void Synchronize(nint context);

    [LibraryImport(Llama, EntryPoint = "llama_get_logits")]
    public static partial float* Logits(nint context);

    [LibraryImport(Llama, EntryPoint = "llama_attach_threadpool")]
    public static partial void AttachThreadPool(nint context, nint pool, nint batchPool);

    [LibraryImport(GgmlBase, EntryPoint = "ggml_threadpool_params_default")]
    public static partial ThreadPoolParams DefaultThreadPoolParams(int threads);
}
