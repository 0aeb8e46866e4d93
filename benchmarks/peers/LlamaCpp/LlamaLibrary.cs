// Owns the loaded llama.cpp of this process: which release, which build of its processor backend, what it complains of.
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tern.Peers.LlamaCpp;

/// <summary>Loads the libraries once and refuses those whose structs may be laid out differently.</summary>
internal static unsafe class LlamaLibrary
{
    private const string KnownRelease = "0.5.0";
    private const string BackendMarker = "loaded CPU backend from ";
    private const int Warning = 3;
    private const int Error = 4;

    private static readonly ConcurrentQueue<string> s_log = new();
    private static nint s_cpu;

    /// <summary>Release and processor backend in a few words; after <see cref="Load"/>.</summary>
    public static string Description { get; private set; } = "";

    /// <summary>Loads the libraries and the backend that llama.cpp chooses for this processor.</summary>
    /// <exception cref="LlamaCppException">They are not the known release, or have no backend for this processor.</exception>
    public static void Load(string folder)
    {
        if (Description.Length > 0)
            return;
        NativeMethods.LoadFrom(folder);
        string version = Marshal.PtrToStringUTF8((nint)NativeMethods.Version()) ?? "";
        if (!version.StartsWith(KnownRelease, StringComparison.Ordinal))
            throw new LlamaCppException($"{folder} holds llama.cpp {version}; this program knows {KnownRelease}");
        if (
            !NativeMethods.DefaultModelParams().AreKnownDefaults
            || !NativeMethods.DefaultContextParams().AreKnownDefaults
            || !NativeMethods.DefaultThreadPoolParams(3).AreKnownDefaults(3)
        )
            throw new LlamaCppException(
                $"llama.cpp {version} in {folder} has other default parameters than {KnownRelease}: its structs cannot be trusted"
            );
        NativeMethods.SetLog(&OnLog, 0);
        NativeMethods.LoadBackends(folder);
        NativeMethods.Initialize();
        string path = "";
        foreach (string line in s_log)
        {
            int marker = line.IndexOf(BackendMarker, StringComparison.Ordinal);
            if (marker >= 0)
                path = line[(marker + BackendMarker.Length)..].Trim();
        }
        if (path.Length == 0)
            throw new LlamaCppException($"llama.cpp loaded no processor backend from {folder}. {Complaints()}");
        s_cpu = NativeLibrary.Load(path);
        Description = $"llama.cpp {version} ({Path.GetFileNameWithoutExtension(path)})";
        s_log.Clear();
    }

    /// <summary>Worker threads that live as long as the process, as llama.cpp's own programs use them.</summary>
    /// <param name="threads">How many, the caller included.</param>
    public static nint NewThreadPool(int threads)
    {
        var parameters = NativeMethods.DefaultThreadPoolParams(threads);
        parameters.Paused = 1;
        var create = (delegate* unmanaged[Cdecl]<ThreadPoolParams*, nint>)
            NativeLibrary.GetExport(s_cpu, "ggml_threadpool_new");
        nint pool = create(&parameters);
        return pool != 0
            ? pool
            : throw new LlamaCppException($"llama.cpp started no {threads} threads. {Complaints()}");
    }

    /// <summary>Puts the threads to sleep until the next pass: between passes they would otherwise spin for a while.</summary>
    public static void PauseThreadPool(nint pool) =>
        ((delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(s_cpu, "ggml_threadpool_pause"))(pool);

    /// <summary>Ends the threads.</summary>
    public static void FreeThreadPool(nint pool) =>
        ((delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(s_cpu, "ggml_threadpool_free"))(pool);

    /// <summary>What llama.cpp has said since the last question.</summary>
    public static string Complaints()
    {
        string all = string.Join(' ', s_log.Select(line => line.Trim()));
        s_log.Clear();
        return all.Length == 0 ? "It gave no reason." : $"It said: {all}";
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(int level, byte* text, nint data)
    {
        string line = Marshal.PtrToStringUTF8((nint)text) ?? "";
        if (level is Warning or Error || line.Contains(BackendMarker, StringComparison.Ordinal))
            s_log.Enqueue(line);
    }
}
