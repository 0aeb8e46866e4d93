// Owns the layout of ggml_threadpool_params (ggml/include/ggml.h of llama.cpp v0.5.0).
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tern.Peers.LlamaCpp;

/// <summary>How worker threads wait and where they run. Field for field the C struct.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ThreadPoolParams
{
    public ProcessorMask Mask;
    public int Threads;
    public int Priority;
    public uint Poll;
    public byte StrictPlacement;
    public byte Paused;

    /// <summary>Whether these are the defaults of the known release for a number of threads.</summary>
    public readonly bool AreKnownDefaults(int threads) =>
        this is { Priority: 0, Poll: 50, StrictPlacement: 0, Paused: 0 } && Threads == threads;

    /// <summary>One byte a processor; all zero = no preference.</summary>
    [InlineArray(512)]
    public struct ProcessorMask
    {
        private byte _first;
    }
}
